import { type BackupDocument, PluginFinder, planWithoutPeople, readXml } from '@jouvence/mbz';
import { EngineError } from '../errors.ts';
import { edited } from './edits.ts';
import { type Backup, eachFile, readBackup, readRecords, releaseOf } from './reading.ts';
import type { Staged } from './staging.ts';
import type { Warn } from './warnings.ts';

/** What the site that gets the course has. */
export interface Receiver {
  release: string;
  /** By type: `mod` → names. */
  installed: Map<string, ReadonlySet<string>>;
}

/** A backup as it will stand on the site: what cannot come is taken out, and told. */
export interface Prepared {
  backup: Backup;
  documents: BackupDocument[];
  byPath: Map<string, BackupDocument>;
  plugins: { type: string; name: string }[];
}

/**
 * Decides what of a backup comes, before anything is written. As Moodle: an activity or block whose plugin is missing
 * is skipped, a newer Moodle's backup is taken with a warning, a file that the archive lacks is left out.
 * @throws EngineError `unsupported` for a backup of before Moodle 3.9
 */
export async function prepare(
  staged: Staged,
  receiver: Receiver,
  options: { people: boolean; warn: Warn },
): Promise<Prepared> {
  const { warn } = options;
  const backup = await readBackup(staged.byPath);
  checkRelease(backup, receiver, warn);
  let documents = staged.documents;
  if (!options.people && backup.hasPeople) documents = await leavePeopleOut(documents, warn);
  documents = await leaveMissingPluginsOut(documents, backup, receiver, warn);
  documents = await leaveMissingFilesOut(documents, staged, warn);
  const byPath = new Map(documents.map((document) => [document.path, document]));
  const result = { backup: await readBackup(byPath), documents, byPath };
  if (!receiver.installed.get('format')?.has(backup.course.format ?? ''))
    warn({
      code: 'format-missing',
      severity: 'info',
      what: `format_${backup.course.format}`,
      why: 'This course format is not installed here: the course is shown by topics, and nothing in it is lost.',
      todo: 'Install the format, or choose another in the course’s settings.',
    });
  return { ...result, plugins: await findPlugins(result.documents, result.backup, receiver, warn) };
}

/** As `restore_prechecks_helper`: newer is a warning, never a refusal. */
function checkRelease(backup: Backup, receiver: Receiver, warn: Warn): void {
  const [major, minor] = releaseOf(backup.release);
  const number = major * 100 + minor;
  if (number < 309)
    throw new EngineError(
      'unsupported',
      `the backup comes from Moodle ${backup.release || '(unknown)'}; backups of Moodle 3.9 or later can be restored`,
    );
  if (number < 401)
    warn({
      code: 'release-untried',
      severity: 'info',
      what: `Moodle ${backup.release}`,
      why: 'Backups of Moodle 3.9 to 4.0 are read, but have not been tried.',
      todo: 'Compare the course with the original.',
    });
  const here = releaseOf(receiver.release);
  if (number > here[0] * 100 + here[1])
    warn({
      code: 'release-newer',
      severity: 'warning',
      what: `Moodle ${backup.release}`,
      why: `The backup was made by a newer Moodle than this site’s ${receiver.release}.`,
      todo: 'Compare the course with the original: what only the newer Moodle knows is not shown here.',
    });
}

/** @returns the documents as Moodle would have written them without people */
export async function leavePeopleOut(documents: BackupDocument[], warn: Warn): Promise<BackupDocument[]> {
  const files = documents.find(({ path }) => path === 'files.xml');
  const plan = await planWithoutPeople(documents, eachFile(files));
  for (const { entry, reason } of plan.leftOut) {
    warn({
      code: 'left-out-unknown',
      severity: 'warning',
      what: entry,
      why: `It was left out, as it may hold people’s data: ${reason}.`,
      todo: 'Restore with people if this is needed and allowed.',
    });
  }
  return documents
    .filter(({ path }) => plan.fateOf(path) === 'rewrite')
    .map(({ path, open }) => ({ path, open: () => plan.rewrite(path, open()) }));
}

async function leaveMissingPluginsOut(
  documents: BackupDocument[],
  backup: Backup,
  receiver: Receiver,
  warn: Warn,
): Promise<BackupDocument[]> {
  const modules = receiver.installed.get('mod') ?? new Set();
  const blocks = receiver.installed.get('block') ?? new Set();
  const gone = backup.activities.filter(({ module }) => !modules.has(module));
  for (const { module, title } of gone)
    warn({
      code: 'module-missing',
      severity: 'warning',
      what: `${module} “${title}”`,
      why: `The module mod_${module} is not installed here: the activity is left out.`,
      todo: `Ask for mod_${module} to be installed here, or replace the activity by one of another kind.`,
    });
  const goneBlocks = new Set<string>();
  for (const { path } of documents) {
    const block = /^(.*\bblocks\/([a-z][a-z0-9_]*)_\d+)\//.exec(path);
    if (!block || blocks.has(block[2]!) || goneBlocks.has(block[1]!)) continue;
    goneBlocks.add(block[1]!);
    warn({
      code: 'block-missing',
      severity: 'warning',
      what: `block_${block[2]}`,
      why: 'The block is not installed here: it is left out.',
      todo: 'Ask for the block, or use another one.',
    });
  }
  if (gone.length === 0 && goneBlocks.size === 0) return documents;

  const byPath = new Map(documents.map((document) => [document.path, document]));
  const contexts = new Set<string>();
  for (const { directory, module } of gone) {
    const [head] = await readRecords(byPath.get(`${directory}/${module}.xml`), '/activity');
    if (head?.['@contextid']) contexts.add(head['@contextid']);
  }
  const directories = new Set([...gone.map(({ directory }) => directory), ...goneBlocks]);
  const names = new Set(gone.map(({ directory }) => directory.slice(directory.lastIndexOf('/') + 1)));
  const moduleIds = new Set(gone.map(({ moduleId }) => String(moduleId)));
  const within = (path: string) => [...directories].some((directory) => path.startsWith(`${directory}/`));
  const withoutModules = (sequence: string) =>
    sequence
      .split(',')
      .filter((id) => !moduleIds.has(id))
      .join(',');
  return documents
    .filter(({ path }) => !within(path))
    .map((document) => {
      if (document.path === 'moodle_backup.xml')
        return edited(document, {
          keep: {
            'moodle_backup/information/contents/activities/activity': (leaves) =>
              !directories.has(leaves.get('directory') ?? ''),
            'moodle_backup/information/settings/setting': (leaves) => !names.has(leaves.get('activity') ?? ''),
          },
        });
      if (document.path === 'files.xml')
        return edited(document, { keep: { 'files/file': (leaves) => !contexts.has(leaves.get('contextid') ?? '') } });
      if (/^sections\/[^/]+\/section\.xml$/.test(document.path))
        return edited(document, { set: { 'section/sequence': withoutModules } });
      return document;
    });
}

/** Only what came with the archive may be referred to: naming a hash must not give another site's file. */
async function leaveMissingFilesOut(
  documents: BackupDocument[],
  staged: Staged,
  warn: Warn,
): Promise<BackupDocument[]> {
  const files = documents.find(({ path }) => path === 'files.xml');
  const gone = new Set<string>();
  for await (const file of eachFile(files)) {
    if (staged.hold.has(file.contenthash)) continue;
    const alias = file.repositorytype !== null;
    if (!alias) gone.add(file.id);
    warn({
      code: alias ? 'file-external' : 'file-missing',
      severity: 'warning',
      what: `${file.filepath}${file.filename}`,
      why: alias
        ? `It is an alias into the repository “${file.repositorytype}” of the other site, and did not come along.`
        : 'The archive lists the file and does not have its contents.',
      todo: 'Put the file into the course again.',
    });
  }
  if (gone.size === 0) return documents;
  return documents.map((document) =>
    document === files
      ? edited(document, { keep: { 'files/file': (_, attributes) => !gone.has(attributes.id ?? '') } })
      : document,
  );
}

/** Question types that are missing come as Moodle's "missing type": shown, not usable. */
async function findPlugins(
  documents: BackupDocument[],
  backup: Backup,
  receiver: Receiver,
  warn: Warn,
): Promise<{ type: string; name: string }[]> {
  const finder = new PluginFinder();
  for (const document of documents) {
    finder.visit(document.path);
    if (/\.xml$/.test(document.path) && document.path !== 'files.xml' && document.path !== 'moodle_backup.xml')
      await readXml(document.open(), finder.handler(document.path), { entry: document.path });
  }
  const modules = new Set(backup.activities.map(({ module }) => `mod_${module}`));
  const plugins = [...modules, ...[...finder.names].filter((name) => !modules.has(name)).sort()].map((name) => {
    const underscore = name.indexOf('_');
    return { type: name.slice(0, underscore), name: name.slice(underscore + 1) };
  });
  for (const { type, name } of plugins)
    if (type === 'qtype' && !receiver.installed.get('qtype')?.has(name) && name !== 'random')
      warn({
        code: 'qtype-missing',
        severity: 'warning',
        what: `qtype_${name}`,
        why: 'The question type is not installed here: its questions come, and cannot be answered.',
        todo: 'Ask for the question type, or replace those questions.',
      });
  return plugins;
}
