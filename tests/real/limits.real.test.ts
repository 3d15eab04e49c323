import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Couple, openCouple, say } from './rig/couple.ts';

/* What web servers and PHP allow, as hosters set it, and a course larger than any of it. */
let couple: Couple;

beforeAll(async () => {
  couple = await openCouple({ name: 'lim' });
});

afterAll(() => couple?.[Symbol.asyncDispose]());

async function course(shortname: string, more: object): Promise<number> {
  const { courses } = await couple.source.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [{ shortname, files: 2, ...more }],
  });
  return courses[0]!.courseid;
}

const send = (courseid: number) =>
  couple.control.send({ source: couple.source.name, target: couple.target.name, courseid });

test.each([
  ['nginx takes bodies of 1 MB only', { bodySize: '1m' }],
  ['PHP takes posts of 1 MB only', { postSize: '1M' }],
  ['nginx takes bodies of 600 KB only', { bodySize: '600k' }],
])('%s', async (what, limits) => {
  const id = await course(`BODY ${what}`, { bigBytes: 12_000_000 });
  await couple.target.setLimits(limits);
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  expect(ended.counts.after!.files).toBe(ended.counts.before!.files);
});

test('a course of 2 GB, where PHP may use 128 MB and a call may take 30 s', async () => {
  const id = await course('GROS', { bigBytes: 2_000_000_000 });
  for (const site of [couple.source, couple.target]) {
    await site.setLimits({ memory: '128M', seconds: 30 });
    await site.stopCron();
    await site.startCron();
  }
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  expect(ended.bytes.total).toBeGreaterThan(1.9e9);
  const sizes = `select max(filesize) from mdl_files where filename = 'gros.bin'`;
  expect(await couple.target.query(sizes)).toEqual(['2000000000']);
});
