import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const bin = '/usr/lib/postgresql/15/bin';
export const hasPostgres15 = existsSync(join(bin, 'postgres'));

/** A server of the oldest version that is supported, until it is disposed of. Root runs it as `postgres`. */
export function startPostgres15() {
  const dir = mkdtempSync(join(tmpdir(), 'jv-pg15-'));
  const isRoot = process.getuid?.() === 0;
  const run = (tool: string, ...args: string[]) => {
    const [command, rest] = isRoot
      ? ['runuser', ['-u', 'postgres', '--', join(bin, tool), ...args]]
      : [join(bin, tool), args];
    execFileSync(command as string, rest as string[], { stdio: 'ignore' });
  };
  if (isRoot) spawnSync('chown', ['postgres', dir]);
  chmodSync(dir, 0o711);
  const data = join(dir, 'data');
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync');
  run(
    'pg_ctl',
    '-D',
    data,
    '-l',
    join(dir, 'log'),
    '-w',
    '-o',
    `-c listen_addresses= -c unix_socket_directories=${dir} -c fsync=off`,
    'start',
  );
  const url = (name: string, user = 'postgres') => `postgres://${user}@localhost/${name}?host=${dir}`;
  return {
    /** A new database of a role that owns it and nothing else. */
    async database(name: string): Promise<string> {
      const admin = new pg.Client({ connectionString: url('postgres') });
      await admin.connect();
      await admin.query(`create role ${name} login`);
      await admin.query(`create database ${name} owner ${name}`);
      await admin.end();
      return url(name, name);
    },
    [Symbol.dispose]() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
