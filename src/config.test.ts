import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'jv-config-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const file = (text: string) => {
  const path = join(dataDir, `${Math.random()}.yaml`);
  writeFileSync(path, text);
  return path;
};

test('option over environment over file over default', () => {
  const path = file('server:\n  port: 1001\nlog:\n  level: debug\n');
  const read = (env: NodeJS.ProcessEnv, options = {}) => readConfig({ dataDir, file: path, env, options });
  expect(read({}).get('server.port')).toBe(1001);
  expect(read({ JOUVENCE_SERVER_PORT: '1002' }).get('server.port')).toBe(1002);
  expect(read({ JOUVENCE_SERVER_PORT: '1002' }, { 'server.port': 1003 }).get('server.port')).toBe(1003);
  expect(read({}).get('worker.courses')).toBe(3);
  expect(read({}).get('log.level')).toBe('debug');
});

test('a secret may come from a file and is never shown', () => {
  const config = readConfig({ dataDir, env: { JOUVENCE_DATABASE_URL_FILE: file('postgresql://u:p@h/d\n') } });
  expect(config.get('database.url')).toBe('postgresql://u:p@h/d');
  expect(JSON.stringify(config.show())).not.toContain('u:p');
});

test.each([
  [{ JOUVENCE_SERVER_PROT: '1' }, '', 'JOUVENCE_SERVER_PROT is not a setting; did you mean JOUVENCE_SERVER_PORT?'],
  [{}, 'server:\n  prot: 1\n', 'server.prot is not a setting; did you mean server.port?'],
  [{}, 'server: 1\n', 'server is not a setting'],
  [{}, 'a: [', 'is not YAML'],
  [{ JOUVENCE_SERVER_PORT: '99999' }, '', '"99999" cannot be used: write a whole number from 0 to 65535'],
  [{}, 'server:\n  port: hello\n', '"hello" cannot be used: write a whole number from 0 to 65535'],
  [{}, '- a\n', 'must hold sections'],
])('%o %s: %s', (env, text, message) => {
  expect(() => readConfig({ dataDir, env, ...(text && { file: file(text) }) })).toThrow(message);
});

test('a section with all its keys commented out is none', () => {
  expect(readConfig({ dataDir, env: {}, file: file('server:\n  # port: 1\n') }).get('server.port')).toBe(8080);
});

test('settings may be fixed here: by the file with their types, by the environment as text', () => {
  const path = file('requests:\n  oneInstance: false\nrights:\n  more: [moodle/course:view]\nqueue:\n  backups: 4\n');
  const config = readConfig({
    dataDir,
    file: path,
    env: { JOUVENCE_QUEUE_BACKUPS: '6', JOUVENCE_ENROL_REQUESTER: 'no' },
  });
  expect(Object.fromEntries(config.fixed)).toEqual({
    'requests.oneInstance': { value: false, origin: 'file' },
    'rights.more': { value: ['moodle/course:view'], origin: 'file' },
    'queue.backups': { value: 6, origin: 'environment' },
    'enrol.requester': { value: false, origin: 'environment' },
  });
  expect(config.show().find(({ key }) => key === 'queue.backups')).toMatchObject({ value: 6, origin: 'environment' });
  expect(() => readConfig({ dataDir, env: { JOUVENCE_QUEUE_BACKUPS: 'many' } })).toThrow(
    'queue.backups (from the environment)',
  );
  expect(() => readConfig({ dataDir, env: {}, file: file('requests:\n  oneInstanze: true\n') })).toThrow(
    'did you mean requests.oneInstance?',
  );
});
