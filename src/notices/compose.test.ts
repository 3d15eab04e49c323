import { createTranslator, languages } from '@jouvence/i18n';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nastyNames } from '../api/test/campus.ts';
import { composeAdministration } from './compose/administration.ts';
import { plainName, webAddress } from './compose/content.ts';
import { composeOwn } from './compose/own.ts';
import { asHtml, asText } from './compose/render.ts';
import { isAddress, type Mailer, openMailer, readFrom } from './mail.ts';
import { type MailCatcher, openMailCatcher } from './test/mail-catcher.ts';
import { type EndedFacts, type NoticeFacts, ownKinds } from './types.ts';

let post: MailCatcher;
let mailer: Mailer;
beforeAll(async () => {
  post = await openMailCatcher();
  mailer = openMailer({ url: post.url, from: 'Jouvence <jouvence@example.org>', allowInsecure: false })!;
});
afterAll(async () => {
  mailer.close();
  await post.close();
});

const names = [...nastyNames, 'a\r\nBcc: evil@example.org\r\n\r\nbody', '\u202egnp.exe', '\ud800 half', '', ' '];
const site = (id: number, title: string) => ({ id, name: `site-${id}`, title, url: `https://site-${id}.example.org` });
const ended = (name: string, more: Partial<EndedFacts> = {}): EndedFacts => ({
  kind: 'ended',
  request: 'abcdefgh1234',
  outcome: 'done',
  target: site(2, name),
  source: site(1, name),
  course: { id: 1, name },
  person: name,
  requester: { kind: 'operator', name },
  cancelledBy: { kind: 'operator', name },
  newCourse: { url: `https://site-2.example.org/course/view.php?id=7`, name, category: name },
  error: { code: 'site-error', message: name },
  report: [{ severity: 'error', code: 'no-such-code', what: name, why: name, todo: name }],
  batch: null,
  ...more,
});

/** Every message there is, about something that is called so. */
function everything(name: string) {
  return languages.flatMap((language) => {
    const translator = createTranslator(language);
    const reader = {
      translator,
      username: 'somebody',
      page: (path: string) => `https://jouvence.example.org/enter/site-2?next=${encodeURIComponent(path)}`,
    };
    const own = ownKinds.map((kind) => ({ kind, facts: ended(name), warnings: true, sourceAddress: true }));
    const admin = {
      translator,
      why: 'address' as const,
      page: (path: string) => `https://jouvence.example.org${path}`,
    };
    const failure = {
      source: site(1, name),
      target: site(2, name),
      code: 'site-error',
      count: 7,
      first: [ended(name)],
    };
    const since = '2026-11-27T08:00:00.000Z';
    const error = { code: 'busy', message: name };
    const others: NoticeFacts[] = [
      ...(['request', 'worker', 'cron'] as const).map((why) => ({
        kind: 'stuck' as const,
        why,
        site: site(1, name),
        request: 'abcdefgh1234',
        course: name,
        step: 'fetching',
        count: 2,
        since,
        error,
      })),
      { kind: 'site', site: site(1, name), state: 'failing', since, waiting: 2, error },
      { kind: 'site', site: site(1, name), state: 'back', since, waiting: 0, error: null },
      { kind: 'token', site: site(1, name), profile: 'source', expiresAt: since, error },
      { kind: 'token', site: site(1, name), profile: 'source', expiresAt: null, error: null },
    ];
    return [
      ...own.map((item) => composeOwn([item], { [item.kind]: 1 }, reader)),
      composeOwn(own, { done: 9, partly: 1, failed: 1, refused: 1, cancelled: 1 }, { ...reader, username: null }),
      composeAdministration({ failures: [failure], others: [], counts: { failure: 1 } }, admin),
      ...others.map((each) =>
        composeAdministration({ failures: [], others: [each], counts: { [each.kind]: 1 } }, admin),
      ),
      composeAdministration(
        { failures: [failure], others, counts: { failure: 7, site: 9, stuck: 3, token: 2 } },
        admin,
      ),
    ].map((content) => ({ content, language }));
  });
}

test('a French message says what was lost in French, with the names that the English one has', () => {
  const line = {
    severity: 'warning',
    code: 'module-missing',
    what: 'survey “Enquête”',
    why: 'why',
    todo: 'todo',
  } as const;
  const facts = ended('Cours', { report: [{ ...line, values: { module: 'survey', target: 'campus-2026' } }] });
  const item = { kind: 'partly', facts, warnings: true, sourceAddress: false } as const;
  const reader = { translator: createTranslator('fr'), username: 'prof.martin', page: null };
  const text = asText(composeOwn([item], { partly: 1 }, reader))
    .replaceAll('\u00a0', ' ')
    .replaceAll(/\s+/g, ' ');
  expect(text).toContain('consultation « Enquête »');
  expect(text).toContain('mod_survey n’est pas installé sur campus-2026');
  expect(text).not.toMatch(/survey “|la cible/);
});

test('a French message says in detail what went wrong in French; what is in English alone says that it is', () => {
  const values = { site: 'campus-2024', kind: 'backup', quoted: 'disk full' };
  const error = {
    code: 'site-error' as const,
    message: 'campus-2024: its backup failed: disk full',
    said: [{ reason: 'task-failed', values }],
  };
  const translator = createTranslator('fr');
  const facts = ended('Cours', { outcome: 'failed', error });
  const own = { translator, username: 'prof.martin', page: null };
  const admin = { translator, why: 'operator' as const, page: null };
  const item = { kind: 'failed', facts, warnings: true, sourceAddress: true } as const;
  const group = { source: facts.source, target: facts.target, code: 'site-error', count: 1, first: [facts] };
  const mail = { failures: [group], others: [], counts: { failure: 1 } };
  const [told, toldOfNone] = [
    [asText(composeOwn([item], { failed: 1 }, own)), asText(composeAdministration(mail, admin))],
    [asText(composeOwn([{ ...item, facts: { ...facts, error: { ...error, said: [] } } }], { failed: 1 }, own))],
  ].map((texts) => texts.map((text) => text.replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ')));
  for (const text of told!) {
    expect(text).toContain('En détail : campus-2024 : notre tâche (sauvegarde) a échoué : « disk full »');
    expect(text).not.toMatch(/anglais|failed/);
  }
  for (const text of toldOfNone!) expect(text).toContain(`En détail (en anglais) : ${error.message}`);
});

test.each(languages)('what was lost names platforms as people know them, and to operators by name (%s)', (language) => {
  const line = {
    severity: 'warning',
    code: 'module-missing',
    what: 'survey “Enquête”',
    why: 'The module mod_survey is not installed on site-2: the activity is left out.',
    todo: 'Ask for mod_survey to be installed on site-2.',
    values: { module: 'survey', target: 'site-2' },
  } as const;
  const [source, target] = [site(1, 'Ancien campus'), site(2, 'Campus neuf')];
  const facts = ended('Cours', { source, target, newCourse: null, report: [line] });
  const item = { kind: 'partly', facts, warnings: true, sourceAddress: false } as const;
  const textFor = (username: string | null) =>
    asText(composeOwn([item], { partly: 1 }, { translator: createTranslator(language), username, page: null }));
  expect(textFor('prof.martin').replaceAll(/\s+/g, ' ')).toMatch(/mod_survey .*Campus neuf/);
  expect(textFor('prof.martin')).not.toContain('site-2');
  expect(textFor(null)).toContain('site-2');
});

test.each(names.map((name) => [name]))('whatever it is called, %j, a message stays one message', async (name) => {
  const messages = everything(name);
  expect(messages.length).toBeGreaterThan(20);
  for (const { content, language } of messages) {
    const [text, html] = [asText(content), asHtml(content, { language, whole: true })];
    expect(content.subject).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(content.subject.length).toBeGreaterThan(0);
    expect([...content.subject].length).toBeLessThan(300);
    // Holes that nothing was put into; a name may look like one.
    if (!name.includes('{{')) expect(content.subject + text + html).not.toMatch(/\{\{|undefined|\[object/);
    expect(html).not.toMatch(/<script|<img|<b>|javascript:|\son\w+=/i);
    expect(html.match(/<html/g)).toHaveLength(1);
    expect(text).not.toMatch(/\r|[\u202a-\u202e]/);
    for (const [, href] of html.matchAll(/href="([^"]*)"/g))
      expect(href).toMatch(/^https:\/\/(site-\d|jouvence)\.example\.org(\/|$)/);
  }
});

test('where a page breaks the lines, a line is a whole sentence, and says what the mail says', () => {
  const plain = (text: string) => text.replace(/^-{2,}$/gm, '').replace(/\s+/g, ' ');
  let long = 0;
  for (const { content } of everything(
    'Un cours dont le nom est plus long que ce qui tient dans la moitié d’une ligne',
  )) {
    const flowing = asText(content, Infinity);
    expect(plain(flowing)).toBe(plain(asText(content)));
    const sentences = content.blocks.flatMap((block) =>
      block.kind === 'text' || block.kind === 'aside' ? [block] : [],
    );
    expect(flowing.split('\n').filter((line) => line !== '' && !/^[ -]/.test(line)).length).toBeGreaterThanOrEqual(
      sentences.length,
    );
    for (const part of flowing.split('\n\n')) if (part.length > 76 && !part.includes('\n')) long++;
  }
  expect(long).toBeGreaterThan(10);
});

test('over the wire there is one subject, one recipient and no header that a name has made', async () => {
  for (const name of names) {
    const [{ content, language }] = everything(name) as [ReturnType<typeof everything>[number]];
    const before = post.caught.length;
    const mail = { text: asText(content), html: asHtml(content, { language, whole: true }), language };
    await mailer.send({ ...mail, to: 'me@example.org', subject: content.subject, key: `k${before}`, date: new Date() });
    const { mail: got, to, raw } = post.caught[before]!;
    expect(to).toEqual(['me@example.org']);
    expect(got.to).toEqual([{ name: '', address: 'me@example.org' }]);
    expect(got.subject).toBe(content.subject.replace(/[^\S\u00a0]+/g, ' ').trim());
    expect(got.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(got.headers.filter(({ key }) => key === 'subject')).toHaveLength(1);
    expect(raw.split(/\r?\n/).every((line) => line.length <= 998)).toBe(true);
    expect(got.html).toContain('<!doctype html>');
  }
});

test.each([
  ['prof@example.org', true],
  ['prénom.nom@université.fr', true],
  ["o'brien+tag@ex-ample.org", true],
  ['a@b.org\r\nBcc: c@d.org', false],
  ['a@b.org, c@d.org', false],
  ['<a@b.org>', false],
  ['"a b"@c.org', false],
  ['a@b@c.org', false],
  ['a@', false],
  ['', false],
  [`${'x'.repeat(250)}@b.org`, false],
])('%j is an address: %s', (text, is) => {
  expect(isAddress(text)).toBe(is);
});

test('from whom mail comes', () => {
  expect(readFrom('a@b.org')).toEqual({ name: 'Jouvence', address: 'a@b.org' });
  expect(readFrom('"Cours, université" <a@b.org>')).toEqual({ name: 'Cours, université', address: 'a@b.org' });
  for (const wrong of ['', 'x', 'a@b.org, c@d.org', 'A <a@b.org>\r\nBcc: c@d.org'])
    expect(() => readFrom(wrong)).toThrow(/mail.from/);
});

test('only addresses of pages lead anywhere', () => {
  expect(webAddress('https://x.org/a?b=c&d=é')).toBe('https://x.org/a?b=c&d=%C3%A9');
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://u:p@x.org/',
    '//x.org',
    'x',
    'file:///etc/passwd',
  ])
    expect(webAddress(bad)).toBeUndefined();
});

test('a long name is cut between letters, and an empty one is seen', () => {
  const family = '👩🏽‍👩🏽‍👧🏽';
  const cut = plainName(family.repeat(300), 10);
  expect([...new Intl.Segmenter('fr', { granularity: 'grapheme' }).segment(cut)]).toHaveLength(10);
  expect(plainName('\u200f\r\n ')).toBe('…');
});
