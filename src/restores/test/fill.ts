import type { Store } from '../../store/index.ts';
import { lexemesOf } from '../words.ts';

const subjects = ['Biologie', 'Géographie', 'Œnologie', 'Histoire', 'Mathématiques', 'Droit', 'Physique', 'Chimie'];
const kinds = ['Introduction à la', 'Séminaire de', 'Travaux dirigés de', 'Méthodes en'];
const errors = ['site-unreachable', 'not-allowed', 'quota', 'archive-invalid'];
const days = 730;

export interface Fill {
  count: number;
  people: number;
  sources: number;
  /** Ids of the targets; the sites need not be there. */
  targets?: number[];
  /** Of a thousand, so many have not ended. */
  openPerMille?: number;
}

/**
 * Requests as years of use leave them, without carrying a course: written into the tables as the module writes them,
 * with a report and the contents of an archive beside each. Which is which follows from its number.
 */
export async function fillRequests(store: Store, fill: Fill): Promise<void> {
  for (let from = 0; from < fill.count; from += 5000)
    await fillSome(store, fill, from, Math.min(fill.count, from + 5000));
  for (const table of ['restore_requests', 'restore_list', 'jobs', 'job_steps']) await store.query(`analyze ${table}`);
}

async function fillSome(store: Store, fill: Fill, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, index) => rowOf(from + index, fill));
  const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map((row) => row[name]);
  await store.transaction(async (tx) => {
    await tx.query(
      `insert into restore_requests (id, send_item, send_digest, actor, target_id, target, source_id, source, courseid,
         course_name, shortname, person, people, enrolments, category, contents, report, created_at)
       select id, 0, 'x', actor, target, 'target-' || target, source, 'source-' || source, courseid, name, shortname, person,
         false, 'withusers', '{"kind": "original"}',
         jsonb_build_object('activities', (select jsonb_agg(jsonb_build_object('module', 'quiz', 'name', 'Test ' || n)) from generate_series(1, 30) n)),
         report::jsonb, at
       from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::timestamptz[]) as t(id, actor, target, source, courseid, name, shortname, person, report, at)`,
      [
        column('id'),
        column('actor'),
        column('target'),
        column('source'),
        column('courseid'),
        column('courseName'),
        column('shortname'),
        column('person'),
        column('report'),
        column('at'),
      ],
    );
    await tx.query(
      `insert into restore_list (number, request_id, target_id, target, source, courseid, person, actor, created_at, lines, undealt, words)
       select r.number, r.id, r.target_id, r.target, r.source, r.courseid, r.person, r.actor, r.created_at, undealt, undealt,
         array_to_tsvector(string_to_array(words, ' '))
       from unnest($1::text[], $2::text[], $3::int[]) as t(id, words, undealt) join restore_requests r using (id)`,
      [column('id'), rows.map((row) => lexemesOf(row).join(' ')), column('undealt')],
    );
    // The state follows by the trigger. Far from now, so that no worker claims what is open.
    await tx.query(
      `insert into jobs (kind, subject, step, outcome, error, next_at)
       select 'restore', id, step, outcome, error::jsonb, 'infinity'
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t(id, step, outcome, error)`,
      [column('id'), column('step'), column('outcome'), column('error')],
    );
  });
}

/** A number of its own for each request and use, the same in every run. */
function pick(number: number, use: number, below: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(use + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 13)) >>> 0) % below;
}

function rowOf(number: number, { count, people, sources, targets = [1], openPerMille = 5 }: Fill) {
  const of = <T>(list: readonly T[], use: number): T => list[pick(number, use, list.length)]!;
  const subject = of(subjects, 1);
  const year = 2018 + pick(number, 2, 9);
  const fate = pick(number, 3, 1000);
  const outcome =
    fate < openPerMille ? null : fate < openPerMille + 50 ? 'failed' : fate < openPerMille + 70 ? 'cancelled' : 'done';
  const undealt = outcome === 'done' && pick(number, 4, 10) === 0 ? 2 : 0;
  const line = { severity: 'warning', code: 'module-missing', what: 'chat', why: 'It is not there.', todo: '' };
  const person = `person${pick(number, 5, people)}`;
  const error = { code: of(errors, 6), message: 'no', retry: false, step: 'restoring' };
  return {
    id: `r${String(number).padStart(11, '0')}`,
    actor: pick(number, 7, 4) === 0 ? 'admin' : `${person} (target-1)`,
    target: of(targets, 8),
    source: 1 + pick(number, 9, sources),
    courseid: 1 + pick(number, 10, 20_000),
    courseName: `${of(kinds, 11)} ${subject} ${year} groupe ${pick(number, 12, 500)}`,
    shortname: `${subject.slice(0, 3).toUpperCase()}${100 + pick(number, 13, 900)}-${year}`,
    person: pick(number, 11, 40) === 0 ? null : person,
    report: JSON.stringify(undealt ? { restoring: [line, { ...line, what: 'survey' }] } : {}),
    undealt,
    step: outcome === null ? of(['queued', 'fetching', 'restoring'], 14) : 'cleaning',
    outcome,
    error: outcome === 'failed' ? JSON.stringify(error) : null,
    at: new Date(Date.UTC(2026, 8, 30) - days * 86_400_000 * (1 - number / count)),
  };
}
