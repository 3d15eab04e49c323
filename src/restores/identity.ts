import type { Account, ArchivePerson } from '@jouvence/mbz';
import type { Result } from '@jouvence/protocol';
import type { KeptSaid, Said } from '../errors.ts';
import { mayMatch, type Pair } from '../sites/index.ts';
import { lineSaid } from './refuse.ts';
import type { ReportLine } from './types.ts';

export type Candidate = Result<'match_people'>['people'][number]['candidates'][number];

/** Every account of the target that has the username, e-mail or idnumber of each, in the order asked. */
export type AskTarget = (
  people: readonly Pick<ArchivePerson, 'username' | 'email' | 'idnumber'>[],
) => Promise<Candidate[][]>;

export interface Matching {
  accounts: Map<number, Account>;
  /** How many of them the target has to make. */
  made: number;
  /** What people should know of it. */
  lines: ReportLine[];
  /** Why it must not be restored so; each names who it is about. */
  problems: ReportLine[];
}

interface Decided {
  person: ArchivePerson;
  /** Undefined: the target makes it, as it is in the archive. */
  candidate?: Candidate;
}

/**
 * Decides for each person of an archive which account of the target is theirs. Moodle by itself takes an account of the
 * same username for the same person only if the e-mail or the first access agrees too; of another e-mail it makes a
 * conflict that stops the whole course, and of another username a second account. So each is decided here, by the rule
 * of the pair, and written into the archive: one account is theirs; none is made, if the pair allows it and nobody else
 * there has that username or e-mail; anything else is a problem, and nothing is delivered.
 */
export async function matchPeople(
  people: readonly ArchivePerson[],
  pair: Pair,
  options: {
    /** Address of the site that the archive is from. */
    archiveUrl: string;
    /** Authentication methods that are on at the target; empty: not known. */
    methods: ReadonlySet<string>;
    ask: AskTarget;
  },
): Promise<Matching> {
  const { ask } = options;
  const judge = new Judge(pair, options);
  const found = await ask(people);
  for (const [index, person] of people.entries()) judge.decide(person, found[index] ?? []);
  await judge.rename(ask, new Set(people.map(({ username }) => username.toLowerCase())));
  return judge.result();
}

/** Whoever has such an account chose its name, or another Moodle did. */
const chosenBySelf: ReadonlySet<string> = new Set(['email', 'mnet']);
/** Nobody signs in by these. */
const closed: ReadonlySet<string> = new Set(['nologin', 'webservice']);

const same = (a: string, b: string): boolean => a !== '' && a.toLowerCase() === b.toLowerCase();

/** Moodle's own account for whoever is not signed in: each site has one, and it is nobody's. */
const guest = 'guest';
/** Names that are tried for a renamed administrator before it is given up. */
const mostNames = 9;

class Judge {
  readonly #pair: Pair;
  readonly #archiveUrl: string;
  readonly #methods: ReadonlySet<string>;
  readonly #decided: Decided[] = [];
  readonly #admins: ArchivePerson[] = [];
  readonly #renamed = new Map<ArchivePerson, string>();
  readonly #lines: ReportLine[] = [];
  readonly #problems: ReportLine[] = [];

  constructor(pair: Pair, { archiveUrl, methods }: { archiveUrl: string; methods: ReadonlySet<string> }) {
    this.#pair = pair;
    this.#methods = methods;
    this.#archiveUrl = bareAddress(archiveUrl);
  }

  decide(person: ArchivePerson, candidates: readonly Candidate[]): void {
    if (person.username === guest && !this.#isForeign(person)) {
      const candidate = candidates.find(({ username }) => username === guest);
      if (candidate) this.#decided.push({ person, candidate });
      return;
    }
    // Of a deleted account Moodle keeps a row under a name that nobody can have.
    if (person.deleted) {
      this.#decided.push({ person });
      return;
    }
    const matches = candidates.filter((candidate) => this.#isSame(person, candidate));
    const allowed = matches.filter((candidate) => this.#mayBe(person, candidate));
    if (allowed.length === 1) this.#decided.push({ person, candidate: allowed[0]! });
    else if (allowed.length > 1) this.#problem('person-ambiguous', person, allowed);
    else if (matches.length > 0) this.#problem('person-method', person, matches);
    else this.#without(person, candidates);
  }

  /** Nobody there is that person: an account is made, unless somebody else has what it would be known by. */
  #without(person: ArchivePerson, candidates: readonly Candidate[]): void {
    const holders = candidates.filter(
      (candidate) => same(candidate.username, person.username) || same(candidate.email, person.email),
    );
    const namesake = holders.find(({ username }) => same(username, person.username));
    if (namesake?.admin) this.#admins.push(person);
    else if (holders.length > 0) this.#problem('person-taken', person, holders);
    else this.#decided.push({ person });
  }

  /**
   * `admin` is on every site, and seldom the same person: such a one gets a name of its own, so that no course is
   * stopped by it. The next course from the same source finds the account by the same name and e-mail.
   */
  async rename(ask: AskTarget, taken: ReadonlySet<string>): Promise<void> {
    if (this.#admins.length === 0) return;
    const names = this.#admins.map((person) =>
      Array.from({ length: mostNames }, (_, n) => nameFrom(person.username, this.#pair.source.name, n)),
    );
    const wishes = this.#admins.flatMap((person, index) =>
      names[index]!.map((username) => ({ username, email: person.email, idnumber: '' })),
    );
    const found = await ask(wishes);
    for (const [index, person] of this.#admins.entries()) {
      const answers = names[index]!.map((username, n) => ({ username, there: found[index * mostNames + n] ?? [] }));
      this.#renameOne(person, answers, taken);
    }
  }

  #renameOne(
    person: ArchivePerson,
    answers: readonly { username: string; there: readonly Candidate[] }[],
    taken: ReadonlySet<string>,
  ): void {
    for (const { username, there } of answers) {
      if (taken.has(username)) continue;
      const namesake = there.find((candidate) => same(candidate.username, username));
      if (namesake && !(same(namesake.email, person.email) && this.#mayBe(person, namesake))) continue;
      const others = there.filter((candidate) => candidate !== namesake && same(candidate.email, person.email));
      if (!namesake && others.length > 0) {
        this.#problem('person-taken', person, others);
        return;
      }
      this.#renamed.set(person, username);
      this.#decided.push({ person, ...(namesake && { candidate: namesake }) });
      this.#lines.push(renamedLine(this.#pair, person, username));
      return;
    }
    this.#problem('person-taken', person, answers[0]!.there);
  }

  /** By the rule of the pair; where one of them has not that field, by Moodle's own: username and e-mail. */
  #isSame(person: ArchivePerson, candidate: Candidate): boolean {
    const { identity } = this.#pair;
    const both = same(person.username, candidate.username) && same(person.email, candidate.email);
    if (person[identity] === '' || candidate[identity] === '') return both;
    // A name that two sites give to different people, or that a site gives to whoever it likes.
    if (identity === 'username' && (candidate.admin || this.#isForeign(person))) return both;
    return identity === 'idnumber'
      ? person.idnumber === candidate.idnumber
      : same(person[identity], candidate[identity]);
  }

  /** An account of another Moodle, known to the source by MNet. */
  #isForeign({ auth, mnethosturl }: ArchivePerson): boolean {
    return auth === 'mnet' || (mnethosturl !== '' && bareAddress(mnethosturl) !== this.#archiveUrl);
  }

  /**
   * Moodle finds no account of MNet by what can be written here, and a self-registered one of the target may wait, with
   * a password of somebody's choice, for the person whose name it took. On the source an e-mail was confirmed at least:
   * with the username too it is taken for the same person, and so are two closed accounts.
   */
  #mayBe(person: ArchivePerson, candidate: Candidate): boolean {
    const { auth } = candidate;
    const both = same(person.username, candidate.username) && same(person.email, candidate.email);
    const vouchedThere = mayMatch(this.#pair, auth) || (both && auth === person.auth && closed.has(auth));
    const vouchedHere = !chosenBySelf.has(person.auth) || mayMatch(this.#pair, person.auth) || both;
    return auth !== 'mnet' && vouchedThere && vouchedHere;
  }

  /** Of an account that is made: what the next course would not match, or the target does not know, is none to make. */
  #methodOf(person: ArchivePerson): string {
    const { auth } = person;
    const isOn = this.#methods.size === 0 || this.#methods.has(auth);
    return isOn && !this.#isForeign(person) && !chosenBySelf.has(auth) ? auth : 'manual';
  }

  #problem(code: ProblemCode, person: ArchivePerson, candidates: readonly Candidate[]): void {
    this.#problems.push(problemLine(code, this.#pair, person, candidates.map(describeCandidate)));
  }

  result(): Matching {
    const usable = this.#withoutDoubles();
    if (!this.#pair.createPeople)
      for (const { person, candidate } of usable) if (!candidate) this.#problem('person-missing', person, []);
    // A deleted row that is mapped to an account would no longer be one: it stays as it is.
    const living = usable.filter(({ person }) => !person.deleted);
    return {
      accounts: new Map(living.map(({ person, candidate }) => [person.id, this.#accountOf(person, candidate)])),
      made: living.filter(({ candidate }) => !candidate).length,
      lines: this.#lines,
      problems: this.#problems,
    };
  }

  /** Two people of the archive who would become one. */
  #withoutDoubles(): Decided[] {
    const groups = Map.groupBy(this.#decided, ({ person, candidate }) =>
      candidate ? `account ${candidate.id}` : `name ${this.#renamed.get(person) ?? person.username.toLowerCase()}`,
    );
    return [...groups.values()].flatMap((group) => {
      if (group.length === 1) return group;
      const [first, ...others] = group;
      const them = others.map(({ person }) => describePerson(person));
      const there = first!.candidate ? [describeCandidate(first!.candidate)] : [];
      this.#problems.push(problemLine('person-twice', this.#pair, first!.person, [...them, ...there]));
      return [];
    });
  }

  #accountOf(person: ArchivePerson, candidate: Candidate | undefined): Account {
    const { username, email, firstaccess } = candidate ?? person;
    if (candidate) return { username, email, firstaccess };
    return { username: this.#renamed.get(person) ?? username, email, firstaccess, auth: this.#methodOf(person) };
  }
}

const bareAddress = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/+$/, '');

/** `admin.campus-2024`, then `admin.campus-2024.2`; Moodle's column holds 100 characters. */
function nameFrom(username: string, source: string, n: number): string {
  const end = `.${source}${n === 0 ? '' : `.${n + 1}`}`;
  return username.toLowerCase().slice(0, 100 - end.length) + end;
}

function describePerson({ username, email, firstname, lastname }: ArchivePerson): string {
  return `${username} (${[`${firstname} ${lastname}`.trim(), email].filter(Boolean).join(', ')})`;
}

function describeCandidate({ username, email, auth, suspended }: Candidate): string {
  return `${username} (${[email, auth, suspended && 'suspended'].filter(Boolean).join(', ')})`;
}

function renamedLine({ source, target }: Pair, person: ArchivePerson, username: string): ReportLine {
  return {
    code: 'admin-renamed',
    severity: 'info',
    what: `${person.username} → ${username}`,
    why: `On ${target.name} the account ${person.username} is a site administrator with another e-mail, and nobody is taken for one by the name alone: the person of ${source.name} is called ${username} there.`,
    todo: 'Nothing, unless both are the same person: then give both accounts the same e-mail before the next course.',
  };
}

type ProblemCode = 'person-ambiguous' | 'person-method' | 'person-taken' | 'person-missing' | 'person-twice';

const withoutPeople = 'or ask for the course without participants’ data.';

function problemLine(code: ProblemCode, pair: Pair, person: ArchivePerson, others: readonly string[]): ReportLine {
  const { source, target, identity } = pair;
  const names = others.join(', ');
  const sentences: Record<ProblemCode, [why: string, todo: string]> = {
    'person-ambiguous': [
      `${target.name}: ${others.length} accounts have that ${identity}: ${names}.`,
      `Have it corrected on ${target.name}, match by another field (jouvence pairs add), ${withoutPeople}`,
    ],
    'person-method': [
      `On ${source.name} the account signs in by “${person.auth}”; on ${target.name} the one of that ${identity} is ${names}. Accounts of such a method are not matched: anybody could have chosen the name.`,
      `If both are the same person, have the method changed, or allow it for this pair (jouvence pairs add); ${withoutPeople}`,
    ],
    'person-taken': [
      `${target.name}: the username or the e-mail belongs to ${names || 'others'}, who by the rule of the pair (${identity}) is somebody else.`,
      `If both are the same person, have the accounts corrected or match by another field (jouvence pairs add); ${withoutPeople}`,
    ],
    'person-missing': [
      `Nobody on ${target.name} has that ${identity}, and courses from ${source.name} may not create accounts there.`,
      `Have the account made on ${target.name}, allow the pair to create people (jouvence pairs add ${source.name} ${target.name} --create-people), ${withoutPeople}`,
    ],
    'person-twice': [
      `By the rule of the pair (${identity}) this would be the same account as ${names}.`,
      `Have the accounts corrected on ${source.name}, match by another field (jouvence pairs add), ${withoutPeople}`,
    ],
  };
  const [why, todo] = sentences[code];
  return { code, severity: 'error', what: describePerson(person), why, todo };
}

/** More than that many of one kind help nobody. */
const mostNamed = 20;

/** One sentence for the error, and a line each for the report; of each kind at most twenty are named. */
export function sayProblems(
  problems: readonly ReportLine[],
  target: string,
): { message: string; said: KeptSaid[]; lines: ReportLine[] } {
  const groups = [...Map.groupBy(problems, ({ code }) => code)];
  const shown = groups.map(([, lines]) => lines.slice(0, mostNamed));
  const lines = shown.flatMap((some, index) => {
    const [code, all] = groups[index]!;
    const more = all.length - some.length;
    return more === 0 ? some : [...some, moreLine(code, more)];
  });
  const named = shown.flat().slice(0, mostNamed);
  // What is true of many is said once, after their names.
  const parts = [...Map.groupBy(named, ({ why }) => why)].map(
    ([why, some]) => `${some.map(({ what }) => what).join(', ')}: ${why}`,
  );
  const rest = problems.length - named.length;
  const message = [...parts, ...(rest > 0 ? [`And ${rest} more.`] : []), problems[0]!.todo].join(' ');
  return { message, said: [...saidOf(target, named), ...(rest > 0 ? [moreSaid(rest)] : [])], lines };
}

/** In other languages by what is the matter, with the names of all whom it befalls. */
function saidOf(target: string, named: readonly ReportLine[]): KeptSaid[] {
  return [...Map.groupBy(named, ({ code }) => code).values()].map((some) =>
    lineSaid(target, { ...some[0]!, what: some.map(({ what }) => what).join(', ') }),
  );
}

const moreSaid = (count: number): Said => ({ reason: 'more', values: { count } });

const moreLine = (code: string, count: number): ReportLine => ({
  code: 'more-of-the-same',
  severity: 'error',
  what: code,
  why: `There are ${count} more of this kind, which are not listed.`,
  todo: '',
});
