-- Who may ask for what, so that it can be decided again when the course is carried.
alter table restore_requests
  -- Null: for nobody; an operator has the course carried.
  alter column person drop not null,
  -- Who asked: {"kind": "operator"}, {"kind": "system"}, or {"kind": "person", "username": …} of the target.
  add column sender jsonb not null default '{"kind": "operator"}',
  -- What was asked for, and on what ground it was allowed; the columns of the same names are what is carried.
  add column asked jsonb,
  -- Of the one request that may bring this course to this target; null when there may be several, or it came to nothing.
  add column instance_key text,
  -- When the course that it brought was found to be gone from the target.
  add column course_gone_at timestamptz;

-- Until now people asked only for themselves, and were written down as `username (site)`.
update restore_requests set sender = jsonb_build_object('kind', 'person', 'username', person)
  where actor = person || ' (' || target || ')';
update restore_requests set sender = '{"kind": "system"}' where actor = 'jouvence';

create unique index restore_requests_instance on restore_requests (instance_key) where instance_key is not null;
create index restore_requests_course on restore_requests (target_id, source_id, courseid);
