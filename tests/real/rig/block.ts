import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './processes.ts';
import { RigError } from './programs.ts';
import type { MoodleSite } from './site.ts';

const variable = 'JOUVENCE_BLOCK_TREES';
const directory = 'blocks/my_external_backup_restore_courses';

/** Its own scheduled task. */
const task = String.raw`\block_my_external_backup_restore_courses\task\backup_restore_task`;

/**
 * Strasbourg's block in a site, from a tree of `JOUVENCE_BLOCK_TREES` (`2.1=DIRECTORY,3.1=DIRECTORY`), as it was
 * published but for two constants that Moodle 4.5 no longer has.
 */
export async function installBlock(site: MoodleSite, line: string): Promise<void> {
  const trees = new Map(
    (process.env[variable] ?? '').split(',').map((part) => part.split('=') as [string, string | undefined]),
  );
  const tree = trees.get(line);
  if (!tree || !existsSync(join(tree, 'version.php')))
    throw new RigError(
      `name the code of Strasbourg's block ${line} in ${variable}, such as ${variable}=2.1=/srv/block-2.1`,
    );
  const to = join(site.root, directory);
  cpSync(tree, to, { recursive: true });
  const messages = join(to, 'db/messages.php');
  const text = readFileSync(messages, 'utf8').replace(
    /MESSAGE_DEFAULT_LOGGEDIN \+ MESSAGE_DEFAULT_LOGGEDOFF/g,
    'MESSAGE_DEFAULT_ENABLED',
  );
  if (site.release === '4.5') writeFileSync(messages, text);
  await execute('chmod', ['-R', 'a+rX', to]);
  await site.upgrade();
}

/** As a server; the token of its account. */
export const serveBlock = async (site: MoodleSite): Promise<string> =>
  (await site.seed<{ token: string }>('block-server')).token;

export interface Ticked {
  url: string;
  token: string;
  person: string;
  courses: { courseid: number; name: string }[];
}

/** As a client: runs its own scheduled task for what somebody has ticked; the rows as they are then. */
export async function fetchByBlock(site: MoodleSite, ticked: Ticked): Promise<{ status: number; courseid: number }[]> {
  await site.seed('block-client', ticked);
  return runBlock(site);
}

/** Its task once more, for what is still scheduled. */
export async function runBlock(site: MoodleSite): Promise<{ status: number; courseid: number }[]> {
  const { code, stdout, stderr } = await site.tryPhp(['admin/cli/scheduled_task.php', `--execute=${task}`]);
  const rows = await site.query(
    "select concat(status, ' ', coalesce(courseid, 0)) from mdl_block_external_backuprestore order by id",
  );
  if (rows.length === 0) throw new RigError(`${site.name}: the block did nothing (${code}): ${stdout}${stderr}`);
  return rows.map((row) => {
    const [status, courseid] = row.split(' ').map(Number) as [number, number];
    return { status, courseid };
  });
}
