import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, accountOf, execute, run, startDaemon, stopDaemon, waitFor } from './processes.ts';
import type { Programs } from './programs.ts';

export type DatabaseKind = 'pgsql' | 'mariadb';

/** A database server of the rig's own: on a unix socket, so that no port is taken and nothing of the machine's is touched. */
export interface DatabaseServer {
  /** Lines of `config.php`. */
  config(name: string): string;
  create(name: string): Promise<void>;
  drop(name: string): Promise<void>;
  /** Keeps a copy of a database that nobody uses, as the template `template`. */
  keep(name: string, template: string): Promise<void>;
  hasTemplate(template: string): Promise<boolean>;
  /** A new database from a template. */
  copy(template: string, name: string): Promise<void>;
  /** Runs SQL; rows as lines, fields apart by tabs. */
  query(name: string, sql: string): Promise<string[]>;
}

/** Starts the server when it is not running. `home` is for its files alone. */
export async function openDatabase(kind: DatabaseKind, home: string, programs: Programs): Promise<DatabaseServer> {
  return await (kind === 'pgsql' ? openPostgres : openMariadb)(home, programs);
}

export async function stopDatabases(home: string): Promise<void> {
  // PostgreSQL's "fast" is SIGINT: SIGTERM would wait for every client to leave.
  await stopDaemon(join(home, 'pgsql', 'pid'), 'SIGINT');
  await stopDaemon(join(home, 'mariadb', 'pid'));
}

/** Nothing that must last: no write waits for the disk. */
const carelessPostgres = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=192MB'];

async function openPostgres(home: string, programs: Programs): Promise<DatabaseServer> {
  const as = accountOf('postgres');
  const place = ownDirectory(join(home, 'pgsql'), as, 0o755);
  const [data, socket] = [join(place, 'data'), join(place, 'socket')];
  const password = readPassword(place, as);
  const tool = (name: string) => join(programs.postgres, name);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const args = ['-D', data, '-U', 'rig', '-A', 'scram-sha-256', '--pwfile', join(place, 'password')];
    await execute(tool('initdb'), [...args, '-E', 'UTF8', '--locale=C.UTF-8', '-N'], { as });
  }
  ownDirectory(socket, as, 0o755);
  const settings = [
    ...carelessPostgres,
    'listen_addresses=',
    'max_connections=200',
    `unix_socket_directories=${socket}`,
  ];
  await startDaemon({
    pidFile: join(place, 'pid'),
    log: join(home, 'pgsql.log'),
    command: tool('postgres'),
    args: ['-D', data, ...settings.flatMap((each) => ['-c', each])],
    as,
  });
  const env = { PGHOST: socket, PGUSER: 'rig', PGPASSWORD: password };
  await waitFor(
    'PostgreSQL',
    async () => (await run(tool('pg_isready'), ['-q', '-d', 'postgres'], { env })).code === 0,
  );
  const query = async (database: string, sql: string): Promise<string[]> => {
    const args = ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql];
    const rows = await execute(tool('psql'), args, { env });
    return rows.split('\n').filter(Boolean);
  };
  const admin = (sql: string) => query('postgres', sql);
  const copy = async (from: string, to: string) => {
    await admin(`drop database if exists "${to}" with (force)`);
    await admin(`create database "${to}" template "${from}" strategy file_copy`);
  };
  return {
    config: (name) =>
      phpConfig('pgsql', name, 'rig', password, `['dbsocket' => '${socket}', 'dbpersist' => false]`, 'localhost'),
    create: (name) => copy('template0', name),
    drop: async (name) => void (await admin(`drop database if exists "${name}" with (force)`)),
    keep: copy,
    hasTemplate: async (name) => (await admin(`select 1 from pg_database where datname = '${name}'`)).length > 0,
    copy,
    query,
  };
}

async function openMariadb(home: string, programs: Programs): Promise<DatabaseServer> {
  const as = accountOf('mysql');
  const place = ownDirectory(join(home, 'mariadb'), as, 0o755);
  const [data, socket] = [join(place, 'data'), join(place, 'socket')];
  const password = readPassword(place, as);
  const isNew = !existsSync(join(data, 'mysql'));
  if (isNew) {
    ownDirectory(data, as);
    const args = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
    await execute(programs.mariadbInstall, args, { as });
    const grants = join(place, 'grants.sql');
    writeFileSync(
      grants,
      `drop user 'root'@'localhost';\ncreate user 'rig'@'localhost' identified by '${password}';\ngrant all on *.* to 'rig'@'localhost' with grant option;\n`,
    );
  }
  const careless = [
    '--innodb-flush-log-at-trx-commit=0',
    '--skip-innodb-doublewrite',
    '--innodb-buffer-pool-size=384M',
  ];
  const text = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_ci', '--max-allowed-packet=64M'];
  await startDaemon({
    pidFile: join(place, 'pid'),
    log: join(home, 'mariadb.log'),
    command: programs.mariadbd,
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(place, 'own-pid')}`,
      '--skip-networking',
      ...careless,
      ...text,
      ...(isNew ? [`--init-file=${join(place, 'grants.sql')}`] : []),
    ],
    as,
  });
  const login = ['--no-defaults', `--socket=${socket}`, '--user=rig', '--default-character-set=utf8mb4'];
  const env = { MYSQL_PWD: password };
  await waitFor('MariaDB', async () => (await run(programs.mariadb, [...login, '-e', 'select 1'], { env })).code === 0);
  const query = async (database: string, sql: string): Promise<string[]> => {
    const rows = await execute(programs.mariadb, [...login, '-N', '-B', '-e', sql, database], { env });
    return rows.split('\n').filter(Boolean);
  };
  const create = async (name: string) => {
    await query('mysql', `drop database if exists \`${name}\``);
    await query('mysql', `create database \`${name}\` character set utf8mb4 collate utf8mb4_unicode_ci`);
  };
  const dump = (template: string) => join(place, `${template}.sql`);
  return {
    config: (name) =>
      phpConfig(
        'mariadb',
        name,
        'rig',
        password,
        `['dbsocket' => '${socket}', 'dbcollation' => 'utf8mb4_unicode_ci']`,
        'localhost',
      ),
    create,
    drop: async (name) => void (await query('mysql', `drop database if exists \`${name}\``)),
    keep: async (name, template) =>
      void (await execute(programs.mariadbDump, [...login, '--single-transaction', name], {
        env,
        stdout: dump(template),
      })),
    hasTemplate: async (template) => existsSync(dump(template)),
    copy: async (template, name) => {
      await create(name);
      await execute(programs.mariadb, [...login, name], { env, stdin: dump(template) });
    },
    query,
  };
}

function phpConfig(type: string, name: string, user: string, password: string, options: string, host: string): string {
  const values = { dbtype: type, dblibrary: 'native', dbhost: host, dbname: name, dbuser: user, dbpass: password };
  const lines = Object.entries(values).map(([key, value]) => `$CFG->${key} = '${value}';`);
  return [...lines, `$CFG->prefix = 'mdl_';`, `$CFG->dboptions = ${options};`].join('\n');
}

/** A directory that belongs to the account that uses it. */
export function ownDirectory(path: string, as: Account, mode = 0o700): string {
  mkdirSync(path, { recursive: true });
  if (as) chownSync(path, as.uid, as.gid);
  chmodSync(path, mode);
  return path;
}

function readPassword(place: string, as: Account): string {
  const file = join(place, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    if (as) chownSync(file, as.uid, as.gid);
  }
  return readFileSync(file, 'utf8').trim();
}
