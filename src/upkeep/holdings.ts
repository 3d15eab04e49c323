/** What one table holds: for operators, for those whose data it is, and for whoever asks them on their behalf. */
export interface Holding {
  what: string;
  why: string;
  /** When a row goes by itself. */
  howLong: string;
  /** How somebody in it is found: export and erase look there. Absent: nobody is. */
  people?: string;
}

const asLong = (what: string): string => `as long as ${what}`;
const withRequest = 'with its request';
const noticeDays = '`retention.noticeDays`';

/**
 * Every table of the control plane. A test holds it against the schema: who adds a table adds its line, and, where it
 * speaks of people, sees to it that `people export` and `people erase` find them there.
 */
export const holdings: Readonly<Record<string, Holding>> = {
  restore_requests: {
    what: 'What was asked for: course, for whom, by whom, options, and the report of what was lost',
    why: 'To carry the course, and to show what became of it',
    howLong: '`retention.requestDays` after its end',
    people: 'username on the target; whoever asked or cancelled; names in messages',
  },
  restore_list: {
    what: 'The same in short, for lists and searches',
    why: 'Lists stay fast',
    howLong: withRequest,
    people: 'username on the target; whoever asked',
  },
  restore_kept: {
    what: 'Which courses of deleted requests, or made known by operators, stand on a target',
    why: 'They are shown as carried, and not carried twice',
    howLong: 'until the course, or one of the sites, is gone',
  },
  restore_dealt: {
    what: 'Which lines of a report somebody has dealt with',
    why: 'So that it is not done twice',
    howLong: withRequest,
    people: 'whoever did',
  },
  restore_spool: {
    what: 'Room that an archive takes on a disk',
    why: 'Two must not have the same',
    howLong: 'until the course is delivered',
  },
  restore_turns: {
    what: 'Whose turn it is',
    why: 'Courses of many people are carried fairly',
    howLong: 'until the course is restored, or the request ends',
    people: 'username on the target',
  },
  restore_standing: {
    what: 'Which sites do not answer',
    why: 'Their courses wait, and nobody else does',
    howLong: 'until the site answers',
  },
  restore_times: {
    what: 'How long courses took, and their size',
    why: 'Estimates',
    howLong: '`retention.requestDays`',
  },
  jobs: {
    what: 'How far a request got, and its last error',
    why: 'To go on after a stop',
    howLong: withRequest,
    people: 'names in messages',
  },
  job_steps: { what: 'When each step began and ended', why: 'To show it, and to undo it', howLong: withRequest },
  job_hosts: {
    what: 'Machines with workers, and when they were last seen',
    why: 'To know that one is gone',
    howLong: '30 days after it was last seen',
  },
  sites: {
    what: 'The sites, how to reach them, how they are',
    why: 'To speak to them',
    howLong: asLong('the site is here'),
  },
  site_tokens: { what: 'Their tokens, sealed', why: 'To speak to them', howLong: asLong('the site is here') },
  site_pairs: {
    what: 'From where to where courses go, and by which rules',
    why: 'The rules',
    howLong: asLong('the pair is here'),
  },
  settings: { what: 'What was set, by which operator', why: 'The settings', howLong: 'until it is unset' },
  notice_events: {
    what: 'What has happened that somebody is told of',
    why: 'To tell it once, and whole',
    howLong: noticeDays,
    people: 'whom it is about',
  },
  notices: { what: 'Notices to people and operators', why: 'To be read', howLong: noticeDays, people: 'to whom' },
  notice_reads: { what: 'Which were read', why: 'To show what is new', howLong: 'with the notice', people: 'by whom' },
  notice_messages: {
    what: 'Messages and mails: to whom, when, whether they went out; not what they say',
    why: 'To deliver them, and to know that they were',
    howLong: noticeDays,
    people: 'to whom',
  },
  notice_message_items: { what: 'Which notices are in which message', why: 'To write it', howLong: 'with the message' },
  notice_preferences: {
    what: 'What somebody wants to be told',
    why: 'To keep to it',
    howLong: 'until it is changed',
    people: 'whose',
  },
  notice_contacts: {
    what: 'E-mail and language, as the site last said',
    why: 'To write when the site does not answer',
    howLong: '3 days',
    people: 'whose',
  },
  person_sessions: {
    what: 'People who are signed in by their site; a hash of the cookie',
    why: 'To know them again',
    howLong: 'until it ends: 2 hours',
    people: 'whose',
  },
  used_tickets: {
    what: 'Tickets that have been used',
    why: 'They open once',
    howLong: 'until it could open nothing any more: minutes',
  },
  operators: {
    what: 'Who runs Jouvence: name, e-mail, role, hash of the password',
    why: 'To let them in',
    howLong: 'until the operator is removed',
  },
  operator_identities: {
    what: 'Who they are at an OpenID provider',
    why: 'To let them in',
    howLong: 'with the operator',
  },
  operator_invitations: {
    what: 'Links by which a password is chosen; a hash',
    why: 'To let them in the first time',
    howLong: 'until used or expired',
  },
  operator_sessions: {
    what: 'Browsers in which they are signed in, with address; a hash of the cookie',
    why: 'To show and end them',
    howLong: 'until it ends',
  },
  sign_in_waits: { what: 'Failed sign-ins; names are hashed', why: 'Against guessing', howLong: 'one day' },
  api_tokens: {
    what: 'Tokens of programs: name, role, by whom; a hash',
    why: 'To let them in',
    howLong: '`retention.tokenDays` after it opens nothing any more',
  },
  audit: {
    what: 'Who changed what, when, as it was and as it is',
    why: 'So that it can be known afterwards',
    howLong: '`retention.auditDays`',
    people: 'who acted, and on whom',
  },
  audit_chain: { what: 'Hashes over the lines of the audit', why: 'So that tampering shows', howLong: 'with the line' },
  process_metrics: {
    what: 'Numbers that each process counts; nobody is in them',
    why: 'Metrics',
    howLong: 'ten minutes after the process ended',
  },
  schema_migrations: { what: 'Which changes the schema has had', why: 'To apply each once', howLong: 'for good' },
};
