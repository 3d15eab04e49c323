import { createPublicKey } from 'node:crypto';
import { enterPath, type Profile, profiles, siteInfo, trustKey, wireName } from '@jouvence/protocol';
import type { Caller } from '../caller.ts';
import type { Case } from '../case.ts';
import { send } from '../http.ts';
import type { Trial } from '../trial.ts';

const given = (t: Trial) => Object.entries(t.callers) as [Profile, NonNullable<Trial['callers'][Profile]>][];

/** What a site says of itself and of the caller. */
export const standing: Case[] = [
  {
    name: 'each token opens exactly the functions of its profile',
    needs: [],
    async run(t) {
      for (const [profile, caller] of given(t)) {
        const got = await caller.ask('core_webservice_get_site_info');
        const parsed = siteInfo.safeParse(got.json);
        if (!parsed.success) {
          t.notes.differ({
            function: 'core_webservice_get_site_info',
            asked: profile,
            expected: 'what Moodle answers',
            found: got.text.slice(0, 200),
          });
          continue;
        }
        const info = parsed.data;
        const names = info.functions.map((entry) => entry.name).sort();
        const expected = ['core_webservice_get_site_info', ...profiles[profile].map((name) => wireName(name))].sort();
        t.notes.same('core_webservice_get_site_info', `functions of ${profile}`, expected, names);
        t.notes.same('core_webservice_get_site_info', 'siteurl', caller.url, info.siteurl.replace(/\/$/, ''));
      }
    },
  },
  {
    name: 'get_site says what the site is, the same to every profile',
    needs: [],
    async run(t) {
      for (const [profile, caller] of given(t)) {
        const site = await caller.call('get_site', {});
        const check = (expectation: string, holds: boolean, found: unknown) =>
          t.notes.check('get_site', `${profile}: ${expectation}`, holds, found);
        check('url is the address it was asked at', site.url.replace(/\/$/, '') === caller.url, site.url);
        check('an identifier of at least 8 letters', site.identifier.length >= 8, site.identifier);
        check('version 1 of the protocol', site.protocol.min <= 1 && site.protocol.max >= 1, site.protocol);
        check(
          'a clock within two minutes of ours',
          Math.abs(site.clock - Date.now() / 1000) < 120,
          site.clock - Date.now() / 1000,
        );
        // The command line waits for none.
        const silence = caller.codeBase ? 0 : site.clock - site.lastcron;
        check('cron ran in the last quarter of an hour', silence < 900, silence);
        check('parts of at least 512 KiB', site.uploadpartbytes >= 524_288, site.uploadpartbytes);
        check('a branch that fits the release', site.release.startsWith(branchText(site.branch)), [
          site.release,
          site.branch,
        ]);
        check('username is something it can match', site.identityfields.includes('username'), site.identityfields);
        check('a default category', site.defaultcategoryid !== null, site.defaultcategoryid);
        check('no maintenance', !site.maintenance, site.maintenance);
        check('a PHP version where there is a Moodle', (site.php === null) === (site.kind === 'embedded'), site.php);
        const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
        check('a time zone by its name', zones.has(site.timezone), site.timezone);
      }
    },
  },
  {
    name: 'get_connection says how the caller stands, and nothing is missing',
    needs: [],
    async run(t) {
      for (const [profile, caller] of given(t)) {
        const connection = await caller.call('get_connection', {});
        const check = (expectation: string, holds: boolean, found: unknown) =>
          t.notes.check('get_connection', `${profile}: ${expectation}`, holds, found);
        t.notes.same('get_connection', 'profile', profile, connection.profile);
        check('some capabilities', connection.capabilities.length > 0, connection.capabilities);
        const missing = connection.capabilities.filter(({ held }) => !held).map(({ capability }) => capability);
        check('every capability is held', missing.length === 0, missing);
        const { tokenexpires } = connection;
        check('a token that is not over', tokenexpires === 0 || tokenexpires > Date.now() / 1000, tokenexpires);
        t.notes.same('get_connection', `${profile}: secure`, isSecure(caller), connection.secure);
        check('where the call came from', connection.address !== '', connection.address);
        const roles = connection.assignableroles;
        if (profile === 'target') {
          const wanted = ['student', 'teacher', 'editingteacher'];
          check(
            `may give ${wanted.join(', ')}`,
            wanted.every((name) => roles.includes(name)),
            roles,
          );
        } else check('may give no role', roles.length === 0, roles);
        check('waiting is a count', connection.waiting.tasks >= 0, connection.waiting);
      }
    },
  },
  {
    name: 'get_trust gives the one key that the site signs with',
    needs: [],
    async run(t) {
      for (const [profile, caller] of given(t)) {
        const trust = await caller.call('get_trust', {});
        t.notes.same('get_trust', `${profile}: the same again`, trust, await caller.call('get_trust', {}));
        t.notes.check('get_trust', 'the key is of the kind that alg says', isKey(trust), trust);
      }
    },
  },
  {
    name: 'list_roles gives Moodle’s roles, and which of them the caller may give',
    needs: [],
    async run(t) {
      for (const [profile, caller] of given(t)) {
        const { roles } = await caller.call('list_roles', {});
        const byName = new Map(roles.map((role) => [role.shortname, role]));
        const levels: Record<string, string[]> = {
          manager: ['category', 'course', 'system'],
          coursecreator: ['category', 'system'],
          editingteacher: ['course'],
          teacher: ['course'],
          student: ['course'],
        };
        for (const [name, wanted] of Object.entries(levels)) {
          t.notes.same('list_roles', `archetype of ${name}`, name, byName.get(name)?.archetype);
          t.notes.same('list_roles', `levels of ${name}`, wanted, byName.get(name)?.levels.toSorted());
        }
        for (const name of ['guest', 'user', 'frontpage'])
          t.notes.check('list_roles', `has ${name}`, byName.has(name), [...byName.keys()]);
        t.notes.check(
          'list_roles',
          'every role has a name',
          roles.every((role) => role.name !== ''),
          roles,
        );
        const { assignableroles } = await caller.call('get_connection', {});
        const assignable = roles.filter((role) => role.assignable).map((role) => role.shortname);
        t.notes.same('list_roles', `${profile}: assignable`, assignableroles.toSorted(), assignable.sort());
      }
    },
  },
  {
    name: 'enter.php sends people to sign in, and nobody without a state',
    needs: ['web'],
    async run(t) {
      const asked = await send(t.any.url, { path: `${enterPath}?state=abcdefghijklmnopqrstuvwx` });
      const to = String(asked.headers.location ?? '');
      const redirects = [301, 302, 303, 307].includes(asked.status) && to.includes('/login/');
      t.notes.check('enter.php', 'a stranger is redirected to the sign-in page', redirects, [asked.status, to]);
      for (const state of ['', 'short', '<script>alert(1)</script>']) {
        const got = await send(t.any.url, { path: `${enterPath}?state=${encodeURIComponent(state)}` });
        // Whether the state is looked at before or after signing in, each site does as its framework does.
        const isSafe = got.status >= 300 && got.status < 500 && !got.text.includes('name="ticket"');
        t.notes.check(
          'enter.php',
          `no ticket for the state "${state}"`,
          isSafe && !got.text.includes(state || '\0'),
          got.status,
        );
      }
    },
  },
];

/** On the command line nobody listens. */
const isSecure = ({ url, codeBase }: Caller): boolean => codeBase !== undefined || url.startsWith('https:');

const branchText = (branch: number): string => `${Math.floor(branch / 100)}.${branch % 100}`;

function isKey(trust: unknown): boolean {
  const { alg, publickey } = trustKey.parse(trust);
  try {
    const key = createPublicKey(publickey);
    return key.asymmetricKeyType === (alg === 'EdDSA' ? 'ed25519' : 'rsa');
  } catch {
    return false;
  }
}
