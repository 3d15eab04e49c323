import { PassThrough } from 'node:stream';
import { socketPath } from '../../store/index.ts';
import { runCli } from '../index.ts';

/** A command for the server of that data directory, with what it printed. */
export async function runOn(
  dataDir: string,
  argv: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCli(argv, {
    version: '0.0.1',
    localVerbs: [],
    socketPath: () => socketPath(dataDir, 'api.sock'),
    env: {},
    stdout: stdout as never,
    stderr: stderr as never,
  });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}
