import { expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { openLog } from './log.ts';

const canary = 'canary-9f27';

function linesOf(write: (log: ReturnType<typeof openLog>) => void, pretty = false): string {
  let text = '';
  write(
    openLog({
      pretty,
      destination: {
        write(line) {
          text += line;
        },
      },
    }),
  );
  return text;
}

test('no secret reaches a line, by whatever way it came', () => {
  const text = linesOf((log) => {
    log.info(
      { token: canary, site: { url: 'https://a', agent_token: canary, list: [{ password: canary }] } },
      'paired',
    );
    log.child({ secret: canary, apiKey: canary }).info('bound');
    log.error(
      { err: new AppError('site-error', `called ?wstoken=${canary}&a=1`, { details: { wstoken: canary } }) },
      'no',
    );
    log.warn(`database postgres://jouvence:${canary}@db/jouvence`);
    log.error({ err: new Error('outer', { cause: new Error(`password=${canary}`) }) });
  });
  expect(text).not.toContain(canary);
  expect(text).toContain('"url":"https://a"');
});

test('a line is one JSON object with its level, its time and what it is about', () => {
  const line = JSON.parse(
    linesOf((log) => log.child({ site: 's1', request: 7 }).warn({ attemptKey: '7.fetch.1' }, 'slow')),
  );
  expect(line).toMatchObject({ level: 'warn', site: 's1', request: 7, attemptKey: '7.fetch.1', msg: 'slow' });
  expect(new Date(line.time).getTime()).toBeGreaterThan(0);
});

test('a person reads one short line', () => {
  const text = linesOf((log) => log.info({ site: 's1' }, 'checked'), true);
  expect(text).toMatch(/^\d\d:\d\d:\d\d checked site=s1\n$/);
});
