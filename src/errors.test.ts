import { readdirSync, readFileSync } from 'node:fs';
import { mbzErrorCodes } from '@jouvence/mbz';
import { protocolErrors } from '@jouvence/protocol';
import { expect, test } from 'vitest';
import { AppError, errorCatalogue, isErrorCode, packageErrors, toAppError } from './errors.ts';

function thrownByPackage(name: string, code: string): Error {
  return Object.assign(new Error('the archive ends too early'), { name, code, details: { offset: 12 } });
}

test('a code of a package that the catalogue knows keeps its meaning', () => {
  const error = toAppError(thrownByPackage('SiteError', 'site-timeout'));
  expect(error).toMatchObject({ code: 'site-timeout', message: 'the archive ends too early' });
  expect(error.cause).toBeInstanceOf(Error);
});

test('any other code of a package falls under one code of the catalogue, and is kept', () => {
  expect(toAppError(thrownByPackage('MbzError', 'truncated'))).toMatchObject({
    code: 'archive-invalid',
    details: { packageCode: 'truncated', offset: 12 },
  });
});

test('what nobody foresaw is internal, whatever it looks like', () => {
  expect(toAppError(thrownByPackage('toString', 'conflict')).code).toBe('internal');
  expect(toAppError('a string')).toMatchObject({ code: 'internal', message: 'a string' });
  expect(toAppError(new DOMException('stopped', 'AbortError')).code).toBe('cancelled');
  const own = new AppError('quota');
  expect(toAppError(own)).toBe(own);
});

test('a site and we say the same thing by the same code, with the same advice on trying again', () => {
  for (const [code, { retry }] of Object.entries(protocolErrors)) {
    expect(errorCatalogue, code).toHaveProperty(code);
    expect(errorCatalogue[code as keyof typeof protocolErrors].retry, code).toBe(retry);
  }
});

test('a code that mbz and the catalogue both have is mapped on purpose, and every mapped one exists', () => {
  const mapped = Object.keys(packageErrors.MbzError!.codes!);
  expect(mapped).toEqual(expect.arrayContaining(mbzErrorCodes.filter((code) => isErrorCode(code))));
  expect(mbzErrorCodes).toEqual(expect.arrayContaining(mapped));
});

test('every error class of a package is mapped, and no other', () => {
  const packages = new URL('../packages/', import.meta.url);
  const indexes = readdirSync(packages).map((name) => readFileSync(new URL(`${name}/index.ts`, packages), 'utf8'));
  const classes = readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, packages), 'utf8').matchAll(/^(?:export )?class (\w+) extends Error\b/gm),
    ])
    .map((match) => match[1]!)
    // What a package keeps to itself never reaches us.
    .filter((name) => indexes.some((index) => new RegExp(`\\b${name}\\b`).test(index)));
  expect(classes).toContain('MbzError');
  expect(Object.keys(packageErrors).sort()).toEqual(classes.sort());
});
