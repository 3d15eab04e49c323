import { protocolVersion } from '@jouvence/protocol';
import type { Implementations } from './call.ts';

/** What this agent calls itself; a Moodle's plugin says its own. */
const agentVersion = '0.1.0';
/** Parts of an upload may be this big: they are written to a file as they come. */
export const uploadPartBytes = 16 * 1024 * 1024;

interface Facts {
  default_category_id: number | null;
  courses: number;
  people: number;
  filebytes: number;
  database: string;
  clock: number;
}

export const siteFunctions: Implementations<'get_site' | 'list_plugins'> = {
  async get_site({ site, database }) {
    const facts = await database.withSite(site.id, (tx) =>
      tx.row<Facts>(
        `select s.default_category_id,
           (select count(*) from courses where state = 'ready') as courses,
           (select count(*) from people where auth <> 'webservice') as people,
           (select coalesce(sum(filebytes), 0)::bigint from courses) as filebytes,
           current_setting('server_version') as database, extract(epoch from clock_timestamp())::bigint as clock
         from sites s where s.id = current_site()`,
      ),
    );
    const { default_category_id, courses, people, filebytes, database: version, clock } = facts!;
    return {
      identifier: site.identifier,
      name: site.fullname,
      url: site.url,
      kind: 'embedded' as const,
      release: site.release,
      branch: site.branch,
      php: null,
      database: `postgres ${version}`,
      agent: agentVersion,
      protocol: protocolVersion,
      // Nothing here waits for a cron: its work is done when it is asked for.
      lastcron: clock,
      maintenance: site.state === 'maintenance',
      counts: { courses, people },
      filebytes,
      timezone: site.timezone,
      language: site.language,
      clock,
      uploadpartbytes: uploadPartBytes,
      identityfields: ['username' as const, 'email' as const, 'idnumber' as const],
      defaultcategoryid: default_category_id,
    };
  },

  async list_plugins({ site, database }, { type }) {
    const plugins = await database.withSite(site.id, (tx) =>
      tx.rows<{ type: string; name: string; version: string; state: 'on' | 'off' | 'disabled' | null }>(
        'select type, name, version, state from plugins where $1::text is null or type = $1 order by type, name',
        [type],
      ),
    );
    return { plugins };
  },
};
