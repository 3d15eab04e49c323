-- What lists of requests look at: a narrow row for each request, so that a filter without an index of its own still
-- reads little. `restore_requests` has the archive's contents and the report beside it, and is read for what is shown.
create table restore_list (
  number bigint primary key,
  request_id text not null unique references restore_requests on delete cascade,
  -- Follows the job, in the same transaction: see the trigger below.
  state text not null default 'queued',
  -- Of the last error, also of one that is waited for.
  error_code text,
  target_id bigint not null,
  target text not null,
  source text not null,
  courseid bigint not null,
  person text,
  actor text not null,
  created_at timestamptz not null,
  -- Lines of the report, and those of them (warnings, errors) that nobody has dealt with.
  lines integer not null default 0,
  undealt integer not null default 0,
  -- Every end of every word of the course's names, without accents: what begins with a word is found by its beginning,
  -- so any part of a word is found, with what PostgreSQL has without extensions. `=4711` is the course's id.
  words tsvector not null
);

insert into restore_list (number, request_id, target_id, target, source, courseid, person, actor, created_at, lines, undealt, words)
select r.number, r.id, r.target_id, r.target, r.source, r.courseid, r.person, r.actor, r.created_at, said.lines, said.undealt,
  array_to_tsvector(array(
    select distinct substr(word, first) from regexp_split_to_table(
      lower(regexp_replace(normalize(r.course_name || ' ' || r.shortname, NFKD), '[\u0300-\u036f]', '', 'g')), '\s+') word,
      generate_series(1, greatest(1, least(length(word), 60) - 1)) first
    where word <> '') || ('=' || r.courseid))
from restore_requests r,
  lateral (select count(*) as lines, count(*) filter (where line ->> 'severity' in ('warning', 'error')) as undealt
    from jsonb_each(r.report) step(name, list), jsonb_array_elements(step.list) line) said;

-- The same as `stateOf` in `show.ts`.
create function restore_list_follow() returns trigger language plpgsql as $$
declare
  now_state text := case when new.outcome is not null then new.outcome
    when new.ending = 'cancelled' or new.cancel_asked then 'cancelling'
    when new.ending is not null then 'cleaning' else new.step end;
  now_code text := new.error ->> 'code';
begin
  update restore_list set state = now_state, error_code = now_code
  where request_id = new.subject and (state <> now_state or error_code is distinct from now_code);
  return null;
end $$;
-- A trigger and not a statement of each writer: whoever changes a job, from whatever module, the list is never behind.
create trigger restore_list_follows after insert or update of step, ending, outcome, cancel_asked, error on jobs
  for each row when (new.kind = 'restore') execute function restore_list_follow();
update jobs set step = step where kind = 'restore';

create index restore_list_person on restore_list (person, number);
create index restore_list_actor on restore_list (actor, number);
create index restore_list_target on restore_list (target, number);
create index restore_list_target_id on restore_list (target_id, number);
create index restore_list_source on restore_list (source, number);
create index restore_list_state on restore_list (state, number);
create index restore_list_error on restore_list (error_code, number) where error_code is not null;
create index restore_list_open on restore_list (number) where state not in ('done', 'failed', 'refused', 'cancelled');
create index restore_list_undealt on restore_list (number) where undealt > 0;
create index restore_list_created on restore_list (created_at);
create index restore_list_words on restore_list using gin (words);

-- Lines of reports that somebody has dealt with. `line`: of what it says, so that a step done again keeps the mark of
-- a line that it says again.
create table restore_dealt (
  request_id text not null references restore_requests on delete cascade,
  line text not null,
  dealt_by text not null,
  dealt_at timestamptz not null,
  primary key (request_id, line)
);
