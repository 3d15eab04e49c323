import { exchangePairingCode, type SiteError } from '@jouvence/moodle-client';
import { agentException, type Profile, pairPath, profiles } from '@jouvence/protocol';
import { type Caller, createCaller, isError } from '../caller.ts';
import type { Case } from '../case.ts';
import { send } from '../http.ts';
import type { Trial } from '../trial.ts';

/** Maintenance, pairing and tokens: what changes how the site itself is reached. */
export const keys: Case[] = [
  { name: 'maintenance goes on and off by call, and locks no caller out', needs: ['fleet'], run: maintenance },
  {
    name: 'a pairing code is asked for by POST, and refused when it is none',
    needs: ['web'],
    async run(t) {
      const post = (body: string) =>
        send(t.any.url, {
          method: 'POST',
          path: pairPath,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        });
      const refused = (asked: string, got: Awaited<ReturnType<typeof post>>, statuses: number[], codes: string[]) => {
        const said = isError(got.json) ? got.json : undefined;
        const right =
          statuses.includes(got.status) && said?.exception === agentException && codes.includes(said.errorcode ?? '');
        t.notes.check('pair.php', `${asked}: HTTP ${statuses.join(' or ')}, ${codes.join(' or ')}`, right, [
          got.status,
          got.text.slice(0, 200),
        ]);
      };
      refused('GET', await send(t.any.url, { path: pairPath }), [405], ['invalid-parameter']);
      const secret = '7'.repeat(26);
      for (const body of [
        '',
        'secret=x&control=',
        'control=',
        `secret=${secret}&control=javascript:alert(1)`,
        `secret=${secret}&control=http://example.org`,
        `secret=${secret}&control=https://a:b@example.org`,
        `secret=${secret.toUpperCase()}I&control=`,
      ])
        refused(`"${body}"`, await post(body), [400], ['invalid-parameter']);
      // 404 when no code is open there; 403 when one is, and this is not it.
      refused('a wrong code', await post(`secret=${secret}&control=`), [403, 404], ['not-allowed', 'not-found']);
    },
  },
  {
    name: 'a pairing code opens once',
    needs: ['web', 'pairing'],
    async run(t) {
      const { secret } = t.options.pairing!;
      const given = { url: t.any.url, secret, control: '' };
      const answer = await exchangePairingCode(given);
      // Tokens of that profile have ended.
      await t.options.keepToken(answer.profile, answer.token);
      const caller = createCaller(given.url, answer.token, t.notes);
      t.callers[answer.profile] = caller;
      const site = await caller.call('get_site', {});
      t.notes.same('pair.php', 'identifier', site.identifier, answer.identifier);
      t.notes.same('pair.php', 'trust', await caller.call('get_trust', {}), answer.trust);
      const connection = await caller.call('get_connection', {});
      t.notes.same(
        'pair.php',
        'profile and expiry',
        [connection.profile, connection.tokenexpires],
        [answer.profile, answer.expires],
      );
      const again = await exchangePairingCode(given).catch((error: SiteError) => error.code);
      t.notes.check(
        'pair.php',
        'the same code again: not-found or not-allowed',
        again === 'not-found' || again === 'not-allowed',
        again,
      );
    },
  },
  ...(Object.keys(profiles) as Profile[]).map((profile) => ({
    name: `a new token ends the old one when it is used, and not before: ${profile}`,
    needs: [profile, 'web', 'rotate'] as const,
    run: (t: Trial) => rotate(t, profile),
  })),
];

async function maintenance(t: Trial): Promise<void> {
  const set = async (enabled: boolean, message?: string) =>
    inOrder((await t.fleet.call('set_maintenance', { enabled, ...(message !== undefined && { message }) })).before);
  const message = 'Conformance is tested & <b>soon</b> over: é 🎓';
  const first = await set(true, message);
  try {
    t.notes.same('set_maintenance', 'on: enabled before', false, first.enabled);
    for (const caller of Object.values(t.callers) as Caller[])
      t.notes.same('get_site', 'maintenance, while it is on', true, (await caller.call('get_site', {})).maintenance);
    t.notes.same('set_maintenance', 'on again, without a message', { enabled: true, message }, await set(true));
    if (!t.fleet.codeBase) await checkFrontPage(t);
  } finally {
    t.notes.same('set_maintenance', 'off', { enabled: true, message }, await set(false, first.message));
  }
  t.notes.same('set_maintenance', 'off again', { enabled: false, message: first.message }, await set(false));
  t.notes.same('get_site', 'maintenance, when it is over', false, (await t.fleet.call('get_site', {})).maintenance);
}

async function checkFrontPage(t: Trial): Promise<void> {
  const page = await send(t.fleet.url, { path: '/' });
  const tells = page.status === 503 || page.text.includes('soon');
  t.notes.check('the front page', 'is a notice while maintenance is on', tells, [page.status, page.text.slice(0, 80)]);
}

const inOrder = ({ enabled, message }: { enabled: boolean; message: string }) => ({ enabled, message });

async function rotate(t: Trial, profile: Profile): Promise<void> {
  const old = t.callers[profile]!;
  const before = await old.call('get_connection', {});
  const lost = await old.call('rotate_token', {});
  const next = await old.call('rotate_token', {});
  // From here on the old one may end at any time.
  await t.options.keepToken(profile, next.token);
  const renewed = createCaller(old.url, next.token, t.notes);
  t.callers[profile] = renewed;
  t.notes.check('rotate_token', 'a token of at least 128 bits', next.token.length >= 32 && next.token !== lost.token);
  const still = await old.call('get_connection', {});
  t.notes.same('get_connection', 'the old token, before the new one was used', before.userid, still.userid);
  const after = await renewed.call('get_connection', {});
  t.notes.same(
    'get_connection',
    'as the new token',
    [before.profile, before.userid, next.expires],
    [after.profile, after.userid, after.tokenexpires],
  );
  const lasts = next.expires === 0 || next.expires >= before.tokenexpires - 5;
  t.notes.check('rotate_token', 'lives as long as the old one was meant to', lasts, [
    next.expires,
    before.tokenexpires,
  ]);
  await old.refused('get_site', {}, 'token');
  await createCaller(old.url, lost.token, t.notes).refused('get_site', {}, 'token');
}
