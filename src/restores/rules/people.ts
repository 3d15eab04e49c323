import type { Person } from '@jouvence/protocol';
import { isAppError } from '../../errors.ts';
import type { Site, Sites } from '../../sites/index.ts';
import type { Sender } from '../types.ts';
import { refusal } from './refusal.ts';

/** Held on the target by whoever may ask in another person's name. */
const forOthers = 'local/jouvence:requestforothers';

/** As every Moodle keeps it, whatever somebody typed: sites find it in any case, and so it is the same one. */
export const asUsername = (typed: string): string => typed.toLowerCase();

/** The account on the target of that name, if somebody can enter with it. @throws AppError `not-found`, `conflict` */
export async function findPerson(sites: Sites, target: Site, username: string, signal?: AbortSignal): Promise<Person> {
  const client = await sites.client(target.id, 'target');
  const { people } = await client.call('find_people', { field: 'username', value: username }, { signal });
  const entering = people.filter(({ suspended }) => !suspended);
  // Another Moodle's account may have the same name: the site's own is meant.
  const own = entering.filter(({ auth }) => auth !== 'mnet');
  const active = own.length > 0 ? own : entering;
  if (active.length === 1) return active[0]!;
  const values = { target: target.name, person: username };
  if (active.length > 1) {
    const names = active.map(({ id, email }) => `${id} (${email})`).join(', ');
    const message = `${target.name}: several accounts are called ${username}: ${names}`;
    throw refusal('conflict', 'person-ambiguous', message, values);
  }
  const reason = people.length > 0 ? 'person-suspended' : 'person-missing';
  const why = people.length > 0 ? `the account ${username} is suspended` : `nobody is called ${username}`;
  throw refusal(
    'not-found',
    reason,
    `${target.name}: ${why}; courses are carried for someone who can enter them`,
    values,
  );
}

/** Somebody asks in another's name: that is a right of its own. @throws AppError `not-allowed` */
export async function mustSpeakFor(
  sites: Sites,
  target: Site,
  sender: Sender,
  person: string | null,
  signal?: AbortSignal,
): Promise<void> {
  if (sender.kind !== 'person' || sender.username === person) return;
  const values = { target: target.name, sender: sender.username, person: person ?? '', capability: forOthers };
  if (person === null)
    throw refusal('not-allowed', 'nobody', `${target.name}: only operators have courses carried for nobody`, values);
  const refuse = () =>
    refusal(
      'not-allowed',
      'others',
      `${target.name}: you are ${sender.username}, and may not ask in the name of ${person} (${forOthers})`,
      values,
    );
  if (!(await maySpeakForOthers(sites, target, sender.username, signal))) throw refuse();
}

/** Asked of the target now; who has no account there any more, or a suspended one, speaks for nobody. */
export async function maySpeakForOthers(
  sites: Sites,
  target: Site,
  username: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const { id } = await findPerson(sites, target, username, signal);
    const client = await sites.client(target.id, 'target');
    const check = { capability: forOthers, level: 'system', instanceid: 0 } as const;
    const { checks } = await client.call('check_rights', { userid: id, checks: [check] }, { signal });
    return checks[0]?.allowed ?? false;
  } catch (thrown) {
    if (isAppError(thrown, 'not-found', 'conflict')) return false;
    throw thrown;
  }
}
