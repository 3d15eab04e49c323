import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { openLog } from '../log.ts';
import { serve } from '../serve.ts';
import { removeDemo } from './load.ts';
import { type DemoResult, runDemo } from './run.ts';
import { createVoice, describeResult, silentVoice } from './voice.ts';

/** `jouvence demo`. Returns the exit code: 0 only if every course is as it should be. */
export async function demoCommand({ json, keep }: { json: boolean; keep?: string }): Promise<number> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  // Not once: a signal to the group comes several times, and the second must not end what the first began to stop.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  const result = await runDemo({
    voice: json ? silentVoice : createVoice(process.stderr),
    keep,
    signal: ending.signal,
  });
  process.stdout.write(json ? `${JSON.stringify(asJson(result), null, 2)}\n` : `${describeResult(result)}\n`);
  if (keep && !json) process.stdout.write(`Kept in ${keep}: node bin/jouvence.js start --data ${keep}\n`);
  return result.ok ? 0 : 1;
}

/** `jouvence demo remove`. */
export async function removeDemoCommand(config: Config): Promise<void> {
  const none = 'There is no demo here.\n';
  // To look for it must not make a data directory with a database.
  if (!existsSync(config.dataDir)) return void process.stdout.write(none);
  const server = await serve({ config, log: openLog({ level: 'warn' }) });
  try {
    const removed = server.door
      ? await removeDemo({ dataDir: config.dataDir, door: server.door, modules: server.modules })
      : 0;
    process.stdout.write(
      removed > 0 ? `The demo is gone: ${removed} sites with their courses, accounts and requests.\n` : none,
    );
  } finally {
    await server.stop();
  }
}

function asJson({ ok, seconds, carried }: DemoResult) {
  return {
    ok,
    seconds,
    requests: carried.map(({ request, wrong }) => ({ ...request, wrong })),
  };
}
