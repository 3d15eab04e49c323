import { expect, test } from 'vitest';
import { createSiteClient } from './index.ts';
import { answerJson, openSite, readForm } from './test/misbehaving-site.ts';

/** A Moodle with an agent of some version: what it lacks it refuses in Moodle's own words. */
async function openOlder(agent: { functions: string[]; version: string; refusal: object; infoRefused?: boolean }) {
  const asked: string[] = [];
  const site = await openSite(async (request, response) => {
    const name = (await readForm(request)).get('wsfunction')!;
    asked.push(name);
    if (name !== 'core_webservice_get_site_info' || agent.infoRefused) return answerJson(response, agent.refusal);
    answerJson(response, {
      sitename: 'Old',
      siteurl: 'http://old',
      release: '4.1',
      version: '2022112800',
      userid: 2,
      username: 'jouvence_target',
      functions: agent.functions.map((one) => ({ name: `local_jouvence_${one}`, version: agent.version })),
    });
  });
  const client = createSiteClient({ site: 'old', url: site.url, token: 'canary' });
  return {
    asked,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

const unknown = {
  exception: 'dml_missing_record_exception',
  errorcode: 'invalidrecord',
  message: 'external_functions',
};
const access = { exception: 'webservice_access_exception', errorcode: 'accessexception', message: 'Access control' };
const wrong = {
  exception: 'core\\exception\\invalid_parameter_exception',
  errorcode: 'invalidparameter',
  message: 'x',
};
const notice = { key: '7.notice.1', userid: 3, kind: 'carried' as const, subject: 'Here', text: 'It is here.' };

test.each([
  ['does not know', unknown],
  ['has not put into its service', access],
])('a function that the site %s is unsupported', async (_, refusal) => {
  await using older = await openOlder({ functions: ['get_site'], version: '2026112101', refusal });
  const failure = await older.client.call('send_notice', notice).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'unsupported', retry: false });
  expect(String(failure)).toMatch(/old: this site does not offer send_notice: bring its plugin/);
});

test('a parameter that the site does not know is unsupported, and only if it was given', async () => {
  await using older = await openOlder({ functions: ['list_categories'], version: '2026112101', refusal: wrong });
  const keyed = older.client.call('list_categories', { key: 'course_categories:id:name' });
  await expect(keyed).rejects.toMatchObject({ code: 'unsupported' });
  await expect(older.client.call('list_categories', {})).rejects.toMatchObject({ code: 'site-error' });
});

test('what a site does know stays what it was', async () => {
  const version = '2026112700';
  await using current = await openOlder({ functions: ['list_categories'], version, refusal: wrong });
  const keyed = current.client.call('list_categories', { key: 'course_categories:id:name' });
  await expect(keyed).rejects.toMatchObject({ code: 'site-error' });

  await using closed = await openOlder({ functions: [], version, refusal: access, infoRefused: true });
  await expect(closed.client.call('send_notice', notice)).rejects.toMatchObject({ code: 'token-expired' });
  expect(closed.asked).toEqual(['local_jouvence_send_notice', 'core_webservice_get_site_info']);
});
