import { z } from 'zod';
import { id, requestId, time } from './values.ts';

/** What the API answers. Names, titles and other people's words come as they are: whoever shows them escapes them. */

export const profile = z.enum(['source', 'target', 'fleet']);

export const site = z.object({
  id,
  name: z.string(),
  title: z.string(),
  url: z.string(),
  /** `strasbourg`: a Moodle with only Strasbourg's block. */
  kind: z.enum(['moodle', 'embedded', 'strasbourg']),
  /** Version of its block; null for every other kind. */
  block: z.string().nullable(),
  /** What it can do as a source. */
  abilities: z.object({
    /** Tells what is in a course before it is backed up. */
    outline: z.boolean(),
    /** Gives participants' data. */
    people: z.boolean(),
    /** A backup tells how far it is, and can be stopped. */
    followed: z.boolean(),
    /** Removes what was made for us. */
    discards: z.boolean(),
    /** The roles of a pair decide who may take a course; else a setting of the site. */
    namesRoles: z.boolean(),
    identities: z.array(z.enum(['username', 'email', 'idnumber'])).readonly(),
  }),
  release: z.string(),
  /** Moodle's branch, such as 405. */
  branch: z.int(),
  /** Where its code is on this machine, by which it is reached without tokens; null: over the network. */
  codeBase: z.object({ path: z.string(), php: z.string(), account: z.string(), host: z.string() }).nullable(),
  demo: z.boolean(),
  /** What the tokens we hold for it open. */
  profiles: z.array(profile),
  /** The same, and until when. */
  tokens: z.array(
    z.object({
      profile,
      setAt: time,
      /** Null: never, or the site did not say. */
      expiresAt: time.nullable(),
      /** Why it could not be renewed when that was due. */
      renewal: z.object({ tries: z.int(), code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  /** Where courses go when no category of theirs is found. */
  defaultCategoryId: id.nullable(),
  /** Nothing new begins on it since then. */
  pausedAt: time.nullable(),
  /** In the words of the operator who paused it. */
  pauseReason: z.string(),
  health: z.object({
    /** `unknown` until the first call; `expired` when the site no longer accepts our token. */
    state: z.enum(['unknown', 'ok', 'failing', 'expired']),
    lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
    latencyMs: z.number().nullable(),
    checkedAt: time.nullable(),
    /** Since when it has been in that state; null: not known. */
    since: time.nullable(),
  }),
});

/** Of a connection check. `code` is stable and, with `values`, translated; the sentences are English. */
export const finding = z.object({
  severity: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  /** Of whose token it is said; null: of the site. */
  profile: profile.nullable(),
  what: z.string(),
  why: z.string(),
  todo: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const siteCheck = z.object({
  site,
  /** Nothing is an error. */
  ok: z.boolean(),
  /** The worst first. */
  findings: z.array(finding),
  /** What was seen, whether or not something is wrong with it; null: not known. */
  facts: z.object({
    release: z.string().nullable(),
    agent: z.string().nullable(),
    latencyMs: z.number().nullable(),
    /** The site's clock less ours. */
    clockSeconds: z.number().nullable(),
    lastCronAt: time.nullable(),
    /** From where the site sees our calls come. */
    address: z.string().nullable(),
    certificateEndsAt: time.nullable(),
    partBytes: z.number().nullable(),
  }),
});

export const identity = z.enum(['username', 'email', 'idnumber']);

export const pair = z.object({
  source: z.string(),
  target: z.string(),
  /** Who holds one of these in a course of the source, or in a category above it, may take the course. */
  roles: z.array(z.string()),
  /** By which field a person of the target is found on the source. */
  identity,
  /** Authentication methods whose accounts may be matched; empty: all but `email`, `mnet`, `nologin` and `webservice`. */
  auth: z.array(z.string()),
  /** Whether a restore may create accounts on the target. */
  createPeople: z.boolean(),
  /** When its rules were last set, and by whom; empty: that was not kept then. */
  changed: z.object({ at: time, by: z.string() }),
});

/** What an operator may do: everything, all of some sites, or only look. */
export const operatorRole = z.enum(['operator', 'school', 'auditor']);

/** By which a Moodle with Strasbourg's block fetches courses from an embedded site. */
export const blockToken = z.object({
  id,
  name: z.string(),
  /** Short names: who holds one of these in a course may be given it. */
  roles: z.array(z.string()),
  /** Whether courses are given with participants' data. */
  people: z.boolean(),
  /** Whether any course is given, to nobody in particular. */
  anyCourse: z.boolean(),
  /** Addresses and networks from which it opens anything; none: from everywhere. */
  ips: z.array(z.string()),
  createdAt: time,
  expiresAt: time,
  /** To the minute. */
  lastUsedAt: time.nullable(),
});

export const token = z.object({
  id,
  name: z.string(),
  role: operatorRole,
  /** Names of those it is limited to; null: all. */
  sites: z.array(z.string()).nullable(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});

export const operator = z.object({
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  language: z.enum(['en', 'fr']),
  role: operatorRole,
  /** Names of those it is limited to; null: all. */
  sites: z.array(z.string()).nullable(),
  hasPassword: z.boolean(),
  /** Until when the link opens by which a password is chosen; null: there is none. */
  invitedUntil: time.nullable(),
  /** Bound to an identity of the OpenID provider. */
  hasOpenid: z.boolean(),
  /** Whether a first sign-in by OpenID Connect may find this operator. */
  openidByEmail: z.boolean(),
  disabledAt: time.nullable(),
  createdAt: time,
  createdBy: z.string(),
  lastSignInAt: time.nullable(),
});

/** A link that chooses a password, once. */
export const invitation = z.object({ link: z.string(), expiresAt: time });

/** A site from which people come in. `address`: below ours, where a browser goes for it. */
export const entrance = z.object({ name: z.string(), title: z.string(), address: z.string() });

/** Who calls. */
export const session = z.object({
  kind: z.enum(['person', 'operator']),
  /** Of an operator's account, of a person on its site, or of the token. */
  username: z.string(),
  name: z.string(),
  role: z.enum(['person', 'auditor', 'school', 'operator']),
  /** Names of those that the caller has to do with; null: all. */
  sites: z.array(z.string()).nullable(),
  /** Of a person: where that person came from; null: an operator, or that site is gone. */
  site: z.object({ name: z.string(), title: z.string(), url: z.string() }).nullable(),
  /** `en` or `fr`; null: a program, or the command line of the server. */
  language: z.string().nullable(),
  /** At the latest; null: no session of a browser. */
  expiresAt: time.nullable(),
});

/** A browser in which an operator is signed in. */
export const operatorSession = z.object({
  id,
  /** By a password, or by OpenID Connect. */
  how: z.enum(['password', 'oidc']),
  address: z.string(),
  browser: z.string(),
  createdAt: time,
  seenAt: time,
  expiresAt: time,
  /** The one that asks. */
  current: z.boolean(),
});

export const auditLine = z.object({
  id,
  /** Its place in the chain. */
  seq: z.int(),
  at: time,
  actor: z.object({ kind: z.enum(['operator', 'person', 'system']), name: z.string(), token: id.nullable() }),
  action: z.string(),
  object: z.string(),
  site: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});

export const auditVerification = z.object({
  ok: z.boolean(),
  lines: z.int(),
  /** The first that is still there. */
  first: z.int().nullable(),
  /** `NUMBER:HASH` of the last: keep it outside, for a later verification. */
  head: z.string().nullable(),
  /** From which a person's name was taken out, as lines of `audit.erase` say. */
  erased: z.int(),
  /** At most 100. */
  findings: z.array(
    z.object({
      kind: z.enum(['altered', 'missing', 'inserted', 'moved', 'cut']),
      /** Its place in the chain; null: it has none. */
      seq: z.int().nullable(),
      line: z.int().nullable(),
      message: z.string(),
    }),
  ),
});

/** One thing that is, or would be, lost or changed. `code` is stable and translated; the sentences are English. */
export const line = z.object({
  severity: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  what: z.string(),
  why: z.string(),
  todo: z.string(),
  /** What another language needs to say it by name; a line that a site told has none. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** A line of a request's report. `key` names it within the request. */
export const shownLine = line.extend({
  key: z.string(),
  /** Who has dealt with what it says, and when; null: nobody yet. */
  dealt: z.object({ by: z.string(), at: time }).nullable(),
});

/** What will become of a course on a target; `unknown`: its source tells nothing of it before there is an archive. */
export const verdict = z.object({ kind: z.enum(['whole', 'partly', 'not', 'unknown']), reasons: z.array(line) });

/** What was brought to a target already, or is on its way there. */
export const carried = z.object({
  request: requestId,
  arrived: z.boolean(),
  /** Username on the target of the person for whom; null: nobody, or it is not known any more. */
  by: z.string().nullable(),
  /** False: by whom has been forgotten with the request. */
  byKnown: z.boolean(),
  /** When it arrived, or was asked for. */
  at: time,
  /** Of the new course. */
  url: z.string().nullable(),
  /** Whoever looks may be enrolled there now (`requests.enrol`). */
  mayEnrol: z.boolean(),
});

export const course = z.object({
  id,
  shortname: z.string(),
  fullname: z.string(),
  idnumber: z.string(),
  visible: z.boolean(),
  category: z.object({ id, name: z.string(), idnumber: z.string(), path: z.array(z.string()) }),
  teachers: z.array(z.string()),
  /** Roles that the person holds in it. */
  roles: z.array(z.string()),
  startDate: time.nullable(),
  endDate: time.nullable(),
  modifiedAt: time.nullable(),
  /** In which it starts, where the source is. */
  year: z.int().nullable(),
  fileBytes: z.number().nullable(),
  /** To the target that was asked about; null: not yet, or it is gone from there. */
  carried: carried.nullable(),
});

/** One source's answer. A failing source says why and hides nothing of the others. */
export const sourceCourses = z.object({
  source: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'failing']),
  /** `unknown`: nobody there has that identity, so there are no courses; null: it could not be asked. */
  person: z.enum(['found', 'unknown']).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  ms: z.number(),
  courses: z.array(course),
});

export const outline = z.object({
  id,
  shortname: z.string(),
  fullname: z.string(),
  idnumber: z.string(),
  category: z.object({ id, name: z.string(), path: z.array(z.string()) }),
  release: z.string(),
  files: z.number(),
  fileBytes: z.number().nullable(),
  people: z.number(),
  sections: z.array(
    z.object({
      number: z.int(),
      name: z.string().nullable(),
      visible: z.boolean(),
      activities: z.array(
        z.object({ id, module: z.string(), name: z.string(), visible: z.boolean(), fileBytes: z.number() }),
      ),
    }),
  ),
});

/** The steps of a request, in the order in which it goes through them. */
export const requestSteps = [
  'queued',
  'backing-up',
  'fetching',
  'checking',
  'preparing',
  'delivering',
  'restoring',
  'enrolling',
  'comparing',
  'cleaning',
] as const;

/**
 * Where a request is. `failed` and `cancelled` may be tried again; `refused` means that this course cannot be restored
 * there; what is `cancelling` is cancelled as soon as nothing of it is left.
 */
export const requestStates = [...requestSteps, 'cancelling', 'done', 'failed', 'refused', 'cancelled'] as const;
export const requestState = z.enum(requestStates);

/** States in which nothing more happens by itself. */
export const endStates = ['done', 'failed', 'refused', 'cancelled'] as const satisfies readonly RequestState[];

export const enrolments = z.enum(['never', 'withusers', 'always']);

export const category = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('original') }),
  z.strictObject({ kind: z.literal('default') }),
  z.strictObject({ kind: z.literal('id'), id }),
]);

/** What may be chosen with a course; the settings say by whom, and what holds for who says nothing. */
const carryOptions = {
  /** With participants' data. */
  people: z.boolean(),
  enrolments,
  /** The new course gets the idnumber of the old one, if no other course has it. */
  keepIdnumber: z.boolean(),
  /** Without participants' data: who uploaded a file stays with it all the same. */
  keepFileAuthors: z.boolean(),
};

/** Where courses of a target go. */
export const siteCategory = z.object({
  id,
  name: z.string(),
  idnumber: z.string(),
  visible: z.boolean(),
  /** Names from the top down to this one. */
  path: z.array(z.string()),
});

/** Why something cannot be as it is asked for. */
export const problem = z.object({
  code: z.string(),
  /** Which rule: stable, and with `values` translated (`refusal.<reason>`); null: no rule, a site that fails for instance. */
  reason: z.string().nullable(),
  /** In English. */
  message: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What would become of one course if it were sent like that; null: it cannot be known, because of a problem. */
export const checkedItem = z.object({
  source: z.string(),
  courseid: id,
  course: z
    .object({
      shortname: z.string(),
      fullname: z.string(),
      category: z.object({ id, name: z.string(), idnumber: z.string(), path: z.array(z.string()) }),
    })
    .nullable(),
  fileBytes: z.number().nullable(),
  verdict: verdict.nullable(),
  /** Where it would go on the target. */
  category: z
    .object({
      id,
      name: z.string(),
      path: z.array(z.string()),
      wish: z.enum(['original', 'default', 'id']),
      /** Why it is the default one instead of the original: `category.why.<code>`. */
      why: z.object({ code: z.string(), key: z.string(), message: z.string() }).nullable(),
    })
    .nullable(),
  options: z.object(carryOptions).nullable(),
  /** Which of these may be chosen otherwise. */
  mayChoose: z
    .object({ people: z.boolean(), enrolments: z.boolean(), keepIdnumber: z.boolean(), keepFileAuthors: z.boolean() })
    .nullable(),
  /** In which role the person would be enrolled in the new course; null: not at all. */
  enrolledAs: z.string().nullable(),
  /** What else is to be known before, such as what the way of enrolling really means. */
  lines: z.array(line),
  carried: carried.nullable(),
  /** Nothing: it may be sent like that. */
  problems: z.array(problem),
});

/** Counted in the same way in an archive and on a site. */
export const inventory = z.object({
  sections: z.int(),
  /** By module, such as `{ quiz: 3 }`. */
  activities: z.record(z.string(), z.int()),
  files: z.int(),
  people: z.int(),
});

export const requestStep = z.enum(requestSteps);

/** What was looked for in an archive without participants' data; what must not be there is not: else it is refused. */
export const proof = z.object({
  /** People and authors of the archive, their ids, their usernames, e-mails and full names. */
  lookedFor: z.object({ people: z.int(), ids: z.int(), texts: z.int() }),
  /** Their names in texts that somebody wrote; those stay. `person`: id on the source. */
  warnings: z.array(
    z.object({
      entry: z.string(),
      place: z.string(),
      what: z.enum(['username', 'email', 'fullname']),
      person: z.int(),
      count: z.int(),
    }),
  ),
});

export const request = z.object({
  id: requestId,
  target: z.string(),
  source: z.string(),
  /** What the two sites are called by people. */
  titles: z.object({ source: z.string(), target: z.string() }),
  courseid: id,
  /** Full name on the source when it was asked for. */
  courseName: z.string(),
  /** Username on the target; null: for nobody, an operator has it carried. */
  person: z.string().nullable(),
  /** Who asked. */
  actor: z.string(),
  people: z.boolean(),
  enrolments,
  category,
  /** The new course gets the idnumber of the old one, if no other course has it. */
  keepIdnumber: z.boolean(),
  /** Without participants' data: who uploaded a file stays with it all the same. */
  keepFileAuthors: z.boolean(),
  state: requestState,
  /** Of the step under way, 0..1. */
  progress: z.number(),
  /** Of the archive: moved so far in this step, and in all once known. */
  bytes: z.object({ done: z.number(), total: z.number().nullable() }),
  steps: z.array(
    z.object({ name: requestStep, attempt: z.int(), startedAt: time, endedAt: time.nullable(), ms: z.number() }),
  ),
  /** What it stands waiting for, until `nextAt`; null while it is worked on. */
  waitingFor: z.enum(['source', 'target', 'spool', 'turn', 'hours']).nullable(),
  /** Since when it waits for that, and for the same reason: `error` says which. */
  waitingSince: time.nullable(),
  nextAt: time.nullable(),
  /** Null when it has ended, or is being undone. */
  queue: z
    .object({
      /** In the line of its source, or of its target: 1 is next; 0: it stands in none, it is under way. */
      position: z.int(),
      /** Courses that its source, or target, has before it, those under way included. */
      ahead: z.int(),
      /**
       * When it will have arrived. It rests on courses of about its size between the two sites (`similar`), on others of
       * the two (`pair`), of one of them (`site`), or on nothing of here (`rough`). Null where nobody can say.
       */
      estimate: z.object({ from: time, until: time, basis: z.enum(['similar', 'pair', 'site', 'rough']) }).nullable(),
    })
    .nullable(),
  /** `step` is where; `retry`: the same again, later, may succeed; `site`: the one of the two that it is about. */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      retry: z.boolean(),
      step: requestStep,
      site: z.string().nullable(),
    })
    .nullable(),
  proof: proof.nullable(),
  counts: z.object({ before: inventory.nullable(), after: inventory.nullable() }),
  newCourse: z
    .object({ id, url: z.string(), shortname: z.string(), fullname: z.string(), category: z.string() })
    .nullable(),
  report: z.array(shownLine),
  createdAt: time,
  updatedAt: time,
  /** Grows with each change: of two answers about one request, the greater is the newer. */
  revision: z.number(),
});

/** What a setting takes, and so by what control it is changed. */
export const settingForm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yes') }),
  z.object({ kind: z.literal('number'), min: z.number(), max: z.number() }),
  z.object({ kind: z.literal('choice'), choices: z.array(z.string()).readonly() }),
  /** Texts, in an order that says nothing. */
  z.object({ kind: z.literal('list'), most: z.number() }),
  z.object({ kind: z.literal('text') }),
  /** Weekly windows: `mon-fri 20:00-06:00; sat,sun 00:00-24:00`; empty: always. */
  z.object({ kind: z.literal('hours') }),
  /** Time zone by its IANA name; empty: another rule says which. */
  z.object({ kind: z.literal('zone') }),
  /** Id of a category of the target; null: another rule says which. */
  z.object({ kind: z.literal('category') }),
]);

/** A place where somebody set a value; neither: the fleet. */
export const settingPlace = z.object({
  target: z.string().nullable(),
  source: z.string().nullable(),
  value: z.unknown(),
  at: time,
  by: z.string(),
});

/** One setting, somewhere. What it means is `setting.<key>` of the catalogue. */
export const setting = z.object({
  key: z.string(),
  value: z.unknown(),
  /** Where the value in force comes from. */
  origin: z.enum(['default', 'fleet', 'target', 'source', 'pair', 'file', 'environment']),
  /** Fixed by the file or the environment: it cannot be changed here. */
  locked: z.boolean(),
  fallback: z.unknown(),
  /** How narrowly it may be set. */
  reach: z.enum(['fleet', 'target', 'source', 'pair']),
  /** The same in Strasbourg's block. */
  strasbourg: z.string().nullable(),
  form: settingForm,
  /** When the value in force was set, and by whom; null: it is the default, or fixed. */
  changed: z.object({ at: time, by: z.string() }).nullable(),
});

/** The same, with where else it was set, as far as the caller has to do with those sites. */
export const listedSetting = setting.extend({ places: z.array(settingPlace) });

/** A request in a list: without what is as long as the course is. */
export const listedRequest = request.omit({ steps: true, proof: true, counts: true, report: true }).extend({
  /** In the order of asking: the greater is the newer. */
  number: z.int(),
  /** Of the course on the source. */
  shortname: z.string(),
  /** How many lines its report has, and how many of them are warnings or errors that nobody has dealt with. */
  lines: z.object({ total: z.int(), undealt: z.int() }),
});

export const requestPage = z.object({
  /** The newest first. */
  requests: z.array(listedRequest),
  /** All that match; when not `exact` there are more than that. */
  total: z.object({ count: z.int(), exact: z.boolean() }),
  /** As `after` of the next call; null at the end. */
  next: z.string().nullable(),
  /** As `before` of a call for what is newer; null: nothing was when this was read. */
  previous: z.string().nullable(),
  /** As `after` of a call for this page again, however one came to it; null: it is the first. */
  here: z.string().nullable(),
});

/** What is told to whoever asked, and to those who look after sites. */
export const noticeKinds = [
  'done',
  'partly',
  'failed',
  'refused',
  'cancelled',
  'failure',
  'stuck',
  'site',
  'token',
] as const;
export const noticeKind = z.enum(noticeKinds);
export const noticeWay = z.enum(['site', 'mail']);

export const notice = z.object({
  id,
  kind: noticeKind,
  at: time,
  read: z.boolean(),
  /** In the language asked for; words of others in it come as harmless lines. */
  subject: z.string(),
  text: z.string(),
  /** Name of the site that it is of; null: of none. */
  site: z.string().nullable(),
  request: requestId.nullable(),
  /** Of the new course. */
  url: z.string().nullable(),
});

export const preference = z.object({
  kind: noticeKind,
  way: noticeWay,
  /** In force. */
  wanted: z.boolean(),
  /** Said by the caller; else as the settings say. */
  own: z.boolean(),
});

export const messageState = z.enum(['waiting', 'sent', 'given-up', 'dropped']);

/** A message that goes out, without what it says. */
export const outboxMessage = z.object({
  id,
  way: noticeWay,
  recipient: z.string(),
  kinds: z.array(noticeKind),
  /** How many notices it carries. */
  notices: z.int(),
  state: messageState,
  createdAt: time,
  nextAt: time.nullable(),
  endedAt: time.nullable(),
  tries: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

/** What became of an action on many requests; at most 200 in one answer. */
export const bulkAnswer = z.object({
  /** How many there are; of an answer that goes on, how many were left. */
  count: z.int(),
  /** `error`: why that one was left as it was. */
  results: z.array(z.object({ id: z.string(), error: z.object({ code: z.string(), message: z.string() }).nullable() })),
  /** As `after` of the next call, with the same body else; null: that were all. */
  next: z.string().nullable(),
});

/** Every refusal has this body; `code` is one of the error catalogue. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    requestId: z.string(),
  }),
});

export const health = z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() });

export const readiness = z.object({
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.number(), message: z.string().nullable() })),
});

/** Messages are for operators: they may name addresses and sites. */
export const status = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.number(), message: z.string().nullable() })),
  /** Those that fail, or no longer accept our token. */
  sites: z.array(z.object({ name: z.string(), state: z.enum(['failing', 'expired']), message: z.string().nullable() })),
});

export type Site = z.output<typeof site>;
export type Finding = z.output<typeof finding>;
export type SiteCheck = z.output<typeof siteCheck>;
export type SiteCategory = z.output<typeof siteCategory>;
export type Pair = z.output<typeof pair>;
export type Notice = z.output<typeof notice>;
export type NoticeKind = z.output<typeof noticeKind>;
export type NoticePreference = z.output<typeof preference>;
export type OutboxMessage = z.output<typeof outboxMessage>;
export type BlockToken = z.output<typeof blockToken>;
export type Token = z.output<typeof token>;
export type Operator = z.output<typeof operator>;
export type Session = z.output<typeof session>;
export type AuditLine = z.output<typeof auditLine>;
export type AuditVerification = z.output<typeof auditVerification>;
export type Line = z.output<typeof line>;
export type Verdict = z.output<typeof verdict>;
export type Course = z.output<typeof course>;
export type SourceCourses = z.output<typeof sourceCourses>;
export type Carried = z.output<typeof carried>;
export type CheckedItem = z.output<typeof checkedItem>;
export type Problem = z.output<typeof problem>;
export type Outline = z.output<typeof outline>;
export type ShownLine = z.output<typeof shownLine>;
export type Request = z.output<typeof request>;
export type ListedRequest = z.output<typeof listedRequest>;
export type RequestPage = z.output<typeof requestPage>;
export type RequestState = z.output<typeof requestState>;
export type Setting = z.output<typeof setting>;
export type ListedSetting = z.output<typeof listedSetting>;
export type SettingForm = z.output<typeof settingForm>;
export type Readiness = z.output<typeof readiness>;
export type Status = z.output<typeof status>;
export type ErrorBody = z.output<typeof errorBody>;
