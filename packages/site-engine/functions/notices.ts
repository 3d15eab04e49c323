import { EngineError } from '../errors.ts';
import { keepNotice, requireOwnKey } from '../notices.ts';
import { getPerson } from '../people.ts';
import type { Implementations } from './call.ts';

export const noticeFunctions: Implementations<'send_notice'> = {
  async send_notice({ site, database }, { userid, ...notice }) {
    return database.withSite(site.id, async (tx) => {
      const person = await getPerson(tx, userid);
      if (!person) throw new EngineError('not-found', `there is no account ${userid}`);
      await requireOwnKey(tx, userid, notice);
      if (person.suspended) return { accepted: false, why: `the account ${person.username} is suspended` };
      if (['nologin', 'webservice'].includes(person.auth))
        return { accepted: false, why: `nobody signs in as ${person.username} (${person.auth})` };
      await keepNotice(tx, userid, notice);
      return { accepted: true, why: '' };
    });
  },
};
