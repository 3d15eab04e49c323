import { hash } from 'node:crypto';
import { MbzError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { combineHandlers } from '../moodle-backup.ts';
import { createPauses } from '../pauses.ts';
import { type PeoplePlan, planWithoutPeople } from '../people/plan.ts';
import type { LeftOut } from '../people/rewrite.ts';
import { filterXml, type Rule } from '../people/xml-filter.ts';
import { createXmlReader, moodleNull } from '../xml.ts';
import { identityFields, planAccounts, usersRule } from './accounts.ts';
import { courseReplacements, descriptionReplacements, type Replacements, replaceTexts } from './course-fields.ts';
import type { PlacedDocument } from './lay-out.ts';
import type { RewritePlan, RewriteProof } from './plan.ts';
import { type PersonText, Proof } from './proof.ts';
import type { Spool, Spooled } from './spool.ts';
import { readFileRows, type Survey } from './survey.ts';

/** A field that was given another value, or taken out. */
export interface ChangedField {
  readonly entry: string;
  readonly field: string;
  readonly count: number;
}

/** A document as it is to be written. */
export type PreparedDocument = PlacedDocument & Spooled;

export interface PreparedDocuments {
  readonly documents: readonly PreparedDocument[];
  readonly keepsContent: (hash: string) => boolean;
  readonly proof: RewriteProof;
  readonly leftOut: readonly LeftOut[];
  readonly fields: readonly ChangedField[];
}

interface Work {
  readonly signal: AbortSignal | undefined;
  readonly limits: Partial<Limits> | undefined;
}

/** Rewrites the documents of a survey into the spool, one after the other, and looks through what comes out. */
export async function prepareDocuments(
  found: Survey,
  spool: Spool,
  plan: RewritePlan,
  work: Work,
): Promise<PreparedDocuments> {
  checkPlan(plan);
  const changes = new Changes();
  const withoutPeople = plan.people === 'out' ? await planOut(found, spool, plan, work) : undefined;
  const rules = rulesFor(found, plan, changes);
  const proof = new Proof(textsToFind(found, plan), namedOnPurpose(plan));
  const documents: PreparedDocument[] = [];
  const pause = createPauses(work.signal);
  for (const document of found.documents) {
    await pause();
    const { path, after } = document;
    if (!staysDocument(path, plan, withoutPeople)) continue;
    const source = spool.open(document);
    let written: AsyncIterable<Uint8Array> | undefined = withoutPeople?.rewrite(path, source);
    const rule = rules.get(path);
    if (rule !== undefined)
      written = filterXml(written ?? source, rule, path, { limits: work.limits, isTransient: true });
    if (written === undefined) {
      proof.addFindings(document.findings);
      documents.push(document);
    } else documents.push({ path, after, ...(await writeDocument(path, written, spool, proof, work)) });
  }
  proof.close();
  const people = new Set([...found.people, ...found.authors].map(({ id }) => id));
  return {
    documents,
    keepsContent: withoutPeople === undefined ? () => true : (hash) => withoutPeople.contents.has(hash),
    proof: {
      lookedFor: { people: people.size, ids: people.size, texts: proof.texts },
      notLookedFor: proof.notLookedFor,
      warnings: proof.warnings,
      unlisted: proof.unlisted,
      findings: proof.findings,
    },
    leftOut: withoutPeople?.leftOut ?? [],
    fields: changes.list(),
  };
}

/** XML holds no control characters, and a name that Moodle cannot store would fail there. */
function checkPlan({ people, course }: RewritePlan): void {
  const refuse = (what: string, why: string): never => {
    throw new MbzError('plan-impossible', `${what} ${why}`);
  };
  const check = (what: string, value: unknown) => {
    if (typeof value === 'string' && /[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(value))
      refuse(what, 'holds a character that a backup cannot hold');
    if (typeof value === 'number' && (!Number.isSafeInteger(value) || value < 0)) refuse(what, `cannot be ${value}`);
  };
  for (const [field, value] of Object.entries(course ?? {})) check(`the course's ${field}`, value);
  for (const [field, longest] of [
    ['fullname', 254],
    ['shortname', 255],
    ['idnumber', 100],
  ] as const) {
    const text = course?.[field];
    if (text === undefined) continue;
    if (text === '' && field !== 'idnumber') refuse(`the course's ${field}`, 'cannot be empty');
    if ([...text].length > longest)
      refuse(`the course's ${field}`, `has more than the ${longest} characters that Moodle keeps`);
    // Moodle would stop the restore: the settings for names are PARAM_TEXT, and refuse what that would strip.
    if (field !== 'idnumber' && /<[^\s<]/.test(text.replace(/<\/?(?:span|lang)\b[^<>]*>/g, '')))
      refuse(`the course's ${field}`, 'looks as if it held a tag (<…), which Moodle takes in no name');
  }
  if (typeof people === 'string') return;
  for (const [id, account] of people) {
    for (const [field, value] of Object.entries(account)) check(`the ${field} of person ${id}`, value);
    if (account.username === '') refuse(`the username of person ${id}`, 'cannot be empty');
  }
}

function planOut(found: Survey, spool: Spool, plan: RewritePlan, { limits }: Work): Promise<PeoplePlan> {
  const documents = found.documents.map((document) => ({ path: document.path, open: () => spool.open(document) }));
  const files = documents.find(({ path }) => path === 'files.xml');
  const rows = files === undefined ? [] : readFileRows(files.open(), limits);
  return planWithoutPeople(documents, rows, { keepFileAuthors: plan.keepFileAuthors, limits, isTransient: true });
}

/** The log of the backup names people as they were; no restore reads it. */
function staysDocument(path: string, { people }: RewritePlan, without: PeoplePlan | undefined): boolean {
  if (without !== undefined) return without.fateOf(path) === 'rewrite';
  return path !== 'moodle_backup.log' || people === 'keep';
}

/** What is done to single documents, besides taking people out. */
function rulesFor(found: Survey, plan: RewritePlan, changes: Changes): ReadonlyMap<string, Rule> {
  const { people, course = {} } = plan;
  const rules = new Map<string, Rule>();
  const replace = (path: string, texts: Replacements) => {
    if (texts.size > 0) rules.set(path, replaceTexts(texts, changes.of(path)));
  };
  replace('course/course.xml', courseReplacements(course, found.course));
  const description = new Map(descriptionReplacements(course, found.course));
  const { mnet_remoteusers: remote, original_site_identifier_hash: site } = found.information.record;
  if (people !== 'out') {
    const accounts = planAccounts(found.people, people === 'keep' ? new Map() : people);
    rules.set('users.xml', usersRule(accounts, changes.of('users.xml')));
    if (plan.keepFileAuthors === false) rules.set('files.xml', authorsRule(changes.of('files.xml')));
    // Nobody in it is of another host any more.
    if (remote !== '0') description.set('moodle_backup/information/mnet_remoteusers', '0');
  }
  if (plan.fromOtherSite ?? typeof people !== 'string')
    description.set('moodle_backup/information/original_site_identifier_hash', otherSite(site ?? ''));
  replace('moodle_backup.xml', description);
  return rules;
}

/** The identifier of no site: always the same for the same one. */
function otherSite(identifierHash: string): string {
  return hash('md5', `a copy of ${identifierHash}`);
}

function authorsRule(changed: (field: string) => void): Rule {
  const inFile: Rule = (name) => {
    if (name !== 'author' && name !== 'userid') return { action: 'keep' };
    const field = (text: string) => {
      if (text !== moodleNull) changed(name);
      return moodleNull;
    };
    return { action: { field } };
  };
  return () => ({ action: 'keep', inside: () => ({ action: 'keep', inside: inFile }) });
}

/**
 * Without people: everything they could be known by. Mapped: what a person was called before, in `users.xml` alone; that
 * people who stay are named in what they wrote is no finding.
 */
function* textsToFind({ people, authors }: Survey, { people: planned }: RewritePlan): Generator<PersonText> {
  for (const { id: person, username, email, firstname, lastname } of people) {
    if (planned === 'out') {
      yield { text: username, what: 'username', person };
      yield { text: email, what: 'email', person };
      if (firstname === '' || lastname === '') continue;
      yield { text: `${firstname} ${lastname}`, what: 'fullname', person };
      yield { text: `${lastname} ${firstname}`, what: 'fullname', person };
    } else if (planned !== 'keep') {
      const account = planned.get(person);
      if (account === undefined) continue;
      if (account.username.toLowerCase() !== username.toLowerCase()) yield { text: username, what: 'username', person };
      if (account.email.toLowerCase() !== email.toLowerCase()) yield { text: email, what: 'email', person };
    }
  }
  if (planned !== 'out') return;
  for (const { id, name } of authors) yield { text: name, what: 'fullname', person: id };
}

/** Where texts of people stand because they were asked for: who uploaded a file, and what accounts are called now. */
function namedOnPurpose({ people, keepFileAuthors }: RewritePlan): ReadonlySet<string> {
  if (people === 'out') return new Set(keepFileAuthors ? ['files.xml files/file/author'] : []);
  return new Set([...identityFields].map((field) => `users.xml users/user/${field}`));
}

async function writeDocument(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  spool: Spool,
  proof: Proof,
  { limits, signal }: Work,
) {
  const at = spool.end;
  const { handlers, finish } = proof.reader(path);
  const reader =
    handlers.length === 0
      ? undefined
      : createXmlReader(combineHandlers(handlers), { entry: path, ...(limits && { limits }) });
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    spool.append(chunk);
    reader?.write(chunk);
  }
  reader?.end();
  finish();
  return { at, sizeBytes: spool.end - at };
}

/** Counts what was changed where. */
class Changes {
  private readonly counts = new Map<string, ChangedField & { count: number }>();

  of(entry: string): (field: string) => void {
    return (field) => {
      const key = `${entry} ${field}`;
      const known = this.counts.get(key);
      if (known !== undefined) known.count++;
      // Names are the archive's: a hostile one could have a million.
      else if (this.counts.size < 1000) this.counts.set(key, { entry, field, count: 1 });
    };
  }

  list(): ChangedField[] {
    return [...this.counts.values()];
  }
}
