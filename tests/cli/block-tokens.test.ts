import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteCheck } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { Control } from '../real/rig/control.ts';
import { addEmbedded } from '../real/rig/embedded.ts';

test('a token for the block, which opens an embedded site to it, and stands in no log', async () => {
  await using control = await Control.start();
  const named = await control.run(['block-tokens', 'create', 'nothing-there', 'Library']);
  expect(named.code).toBe(6);
  await addEmbedded(control, { name: 'shelf', release: '4.5', branch: 405, profiles: ['target'] });
  const said = await control.run(['block-tokens', 'create', 'shelf', 'Library', '--days', '30']);
  expect(said.code).toBe(0);
  const [url, token] = said.stdout.trim().split(',') as [string, string];
  expect(new URL(url).hostname).toBe('shelf.localhost');
  // As another Jouvence would have it, or the block itself.
  await using other = await Control.start();
  await other.giveBlockToken('shelf', url, token);
  const check = await other.json<SiteCheck>(['sites', 'check', 'shelf']);
  expect(check.findings.map(({ code }) => code)).toEqual(['block-limits']);
  for (const { dataDir } of [control, other]) {
    writeFileSync(join(dataDir, 'secret-of-the-test'), token);
    const found = execFileSync('grep', ['-rlF', token, dataDir], { encoding: 'utf8' }).trim().split('\n');
    expect(found.filter((file) => !/\/secret-/.test(file))).toEqual([]);
  }
}, 180_000);
