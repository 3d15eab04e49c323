import {
  type BlockCourse,
  type BlockShape,
  blockArchive,
  blockCourses,
  blockFound,
  type SiteInfo,
  shapeOfBlock,
  strasbourg,
} from '@jouvence/protocol';
import type { CallOptions, SiteClient, SiteClientOptions } from '../client.ts';
import { SiteError, type SiteSaid } from '../errors.ts';
import { openRest } from '../rest.ts';
import { openWire } from '../wire.ts';
import type { BlockClient, BlockFacts, BlockHoldings } from './block.ts';
import { lookAt, open } from './download.ts';

/** Nothing comes before the end of a backup; the largest courses of the largest Moodles take about two hours. */
const backupMs = 4 * 60 * 60 * 1000;
/** A file's time has whole seconds, and the answer's was written after it. */
const staleMs = 60_000;

/**
 * A client for a site that has only Strasbourg's block. Of the agent protocol it offers nothing; `block` is what it does.
 * @throws SiteError `invalid-parameter` for an address that must not be used.
 */
export function createBlockClient(options: SiteClientOptions): SiteClient {
  const { site, token } = options;
  const wire = openWire(options);
  wire.conceal(token);
  const rest = openRest(wire, token);
  let known: BlockShape | undefined;

  /** In the shape that the site has now: it may have been updated since it was asked, and says so only by refusing. */
  async function shaped<T>(options: CallOptions, work: (shape: BlockShape) => Promise<T>): Promise<T> {
    known ??= factsOf(site, await rest.siteInfo(options)).shape;
    try {
      return await work(known);
    } catch (error) {
      if (!(error instanceof SiteError) || error.errorcode !== 'invalidparameter') throw error;
      const { shape } = factsOf(site, await rest.siteInfo(options));
      const others = [shape, '3.2', '3.0', '2.1'].filter((each) => each !== known) as BlockShape[];
      for (const other of [...new Set(others)]) {
        try {
          const result = await work(other);
          known = other;
          return result;
        } catch (again) {
          if (!(again instanceof SiteError) || again.errorcode !== 'invalidparameter') throw again;
        }
      }
      throw error;
    }
  }

  const list = (username: string, roles: readonly string[], options: CallOptions) =>
    shaped(options, async (shape) => {
      const named = roles.join(',');
      const params =
        shape === '3.2'
          ? { username, searchroles: named, restorecourseinoriginalcategory: '1' }
          : { username, concernedroles: named };
      const given = { ...options, retry: options.retry ?? true };
      return (await rest.invoke('get_courses', strasbourg.listCourses, blockCourses, params, given)) ?? [];
    });

  /** Role by role, where the roles are ours to name: a bad name then costs only the courses that are taught with it. */
  async function listByRole(
    username: string,
    roles: readonly string[],
    failure: SiteError,
    options: CallOptions,
  ): Promise<BlockHoldings> {
    const why = badName(site, username, failure);
    if (known !== '3.2' || roles.length < 2) throw why;
    const found = new Map<number, BlockCourse>();
    let failed = 0;
    for (const role of roles) {
      try {
        for (const course of await list(username, [role], options)) found.set(course.id, course);
      } catch (error) {
        if (!isBadName(error)) throw error;
        failed += 1;
      }
    }
    if (failed === roles.length) throw why;
    return { person: 'found', courses: [...found.values()], incomplete: failed > 0 ? why.message : null };
  }

  const block: BlockClient = {
    async describe(options = {}) {
      const facts = factsOf(site, await rest.siteInfo(options));
      known = facts.shape;
      return facts;
    },

    async listCourses({ username, roles }, options = {}) {
      try {
        return { person: 'found', courses: await list(username, roles, options), incomplete: null };
      } catch (error) {
        if (!(error instanceof SiteError)) throw error;
        if (error.errorcode === 'invalidusername') return { person: 'unknown', courses: [], incomplete: null };
        if (isBadName(error)) return listByRole(username, roles, error, options);
        throw error;
      }
    },

    async findCourse(id, options = {}) {
      const shape = known ?? (await block.describe(options)).shape;
      if (shape === '2.1') throw unsupported(site, { reason: 'block-lookup', values: {} });
      const params = { field: 'id', value: String(id) };
      const given = { ...options, retry: options.retry ?? true };
      const { courses } = await rest.invoke('find_courses', strasbourg.findCourses, blockFound, params, given);
      const found = courses.find((course) => course.id === id);
      return (
        found && {
          id,
          shortname: found.shortname,
          fullname: found.fullname,
          idnumber: found.idnumber ?? '',
          startdate: found.startdate ?? 0,
          visible: (found.visible ?? 1) !== 0,
          categoryid: found.categoryid ?? 0,
          categoryname: found.categoryname ?? '',
        }
      );
    },

    async backUp({ username, courseid, people, roles }, { signal } = {}) {
      const startedAt = Date.now();
      const { filerecordid: fileid } = await shaped({ signal }, async (shape) => {
        if (people && shape === '2.1') throw unsupported(site, { reason: 'block-people', values: {} });
        if (username === '' && shape === '2.1') throw unsupported(site, { reason: 'block-nobody', values: {} });
        const params = {
          username,
          courseid,
          ...(shape === '3.2' && { searchroles: roles.join(',') }),
          ...(people && { withuserdatas: 1 }),
        };
        try {
          const options = { signal, retry: false, headersMs: backupMs };
          return await rest.invoke('get_courses_zip', strasbourg.backUpCourse, blockArchive, params, options);
        } catch (error) {
          throw explainBackup(site, { username, courseid }, error);
        }
      });
      if (fileid <= 0)
        throw new SiteError(
          'site-error',
          site,
          { reason: 'block-failed', values: { course: courseid } },
          // Seen on a real one, with two backups at once: it may pass.
          { function: 'get_courses_zip', begun: true },
        );
      const { ageMs, ...archive } = await lookAt(wire, token, { fileid, signal });
      // What failed half-way may answer with the id of an earlier one.
      if (ageMs !== null && ageMs > Date.now() - startedAt + staleMs)
        throw new SiteError('site-error', site, {
          reason: 'block-old',
          values: { course: courseid, minutes: Math.round(ageMs / 60_000) },
        });
      return archive;
    },

    open: (query) => open(wire, token, query),
  };

  const noArchives = async (): Promise<never> => {
    throw unsupported(site, { reason: 'block-archives', values: {} });
  };
  return {
    site,
    block,
    call: async (name) => {
      throw unsupported(site, { reason: 'block-function', values: { function: name } });
    },
    siteInfo: (options = {}) => rest.siteInfo(options),
    download: noArchives,
    upload: noArchives,
    close: () => wire.close(),
  };
}

/** @throws SiteError `unsupported` when the token opens no such block */
export function factsOf(site: string, info: SiteInfo): BlockFacts {
  const versionOf = (name: string) => info.functions.find((each) => each.name === name)?.version;
  const blockVersion = versionOf(strasbourg.listCourses) ?? versionOf(strasbourg.backUpCourse);
  if (blockVersion === undefined)
    throw new SiteError('unsupported', site, { reason: 'block-token', values: { service: strasbourg.service } });
  const missing = [strasbourg.listCourses, strasbourg.backUpCourse].filter((name) => versionOf(name) === undefined);
  return { ...info, blockVersion, shape: shapeOfBlock(blockVersion), missing };
}

const unsupported = (site: string, why: SiteSaid): SiteError => new SiteError('unsupported', site, why);

const isBadName = (error: unknown): boolean => error instanceof SiteError && error.errorcode === 'invalidresponse';

function badName(site: string, username: string, cause: SiteError): SiteError {
  return new SiteError(
    'site-error',
    site,
    { reason: 'block-name', values: { person: username } },
    { errorcode: cause.errorcode ?? null, function: 'get_courses', cause },
  );
}

/** Lost before anything was sent: the site did nothing. */
const neverBegan = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

function explainBackup(
  site: string,
  { username, courseid }: { username: string; courseid: number },
  error: unknown,
): unknown {
  if (!(error instanceof SiteError)) return error;
  const { code, exception, errorcode } = error;
  // A plain Exception has no code of Moodle's; the block throws two of them.
  if (exception === 'Exception' && errorcode === undefined && !/can.?t be created/.test(error.message))
    return new SiteError(
      'not-allowed',
      site,
      { reason: 'block-not-theirs', values: { course: courseid, person: username } },
      { function: 'get_courses_zip', cause: error },
    );
  if (errorcode === 'invalidusername')
    return new SiteError(
      'not-allowed',
      site,
      { reason: 'block-person', values: { person: username } },
      { cause: error },
    );
  if (!['site-timeout', 'site-unreachable', 'site-bad-answer'].includes(code)) return error;
  const cause = (error.cause as { code?: string } | undefined)?.code;
  if (neverBegan.has(cause ?? '')) return error;
  return new SiteError(code, site, [...error.said, { reason: 'block-one-call', values: {} }], {
    function: 'get_courses_zip',
    begun: true,
    cause: error,
  });
}
