-- What teachers asked for. How far each got is in its job (kind `restore`, subject: the id).
create table restore_requests (
  id text primary key,
  -- Order of asking.
  number bigint generated always as identity unique,
  -- The same key, sent twice, makes one set of requests; the digest says whether it was the same wish.
  send_key text,
  send_item integer not null,
  send_digest text not null,
  actor text not null,
  -- Without references: what was done stays readable when a site is gone. Names are for showing, ids for doing.
  target_id bigint not null,
  target text not null,
  source_id bigint not null,
  source text not null,
  courseid bigint not null,
  course_name text not null,
  shortname text not null,
  person text not null,
  people boolean not null,
  enrolments text not null,
  category jsonb not null,
  -- Found out on the way; emptied when it begins again.
  category_id bigint,
  category_name text,
  person_id bigint,
  archive jsonb,
  contents jsonb,
  counts_before jsonb,
  counts_after jsonb,
  new_course jsonb,
  -- Lines by the step that wrote them, so that a step done again replaces its own.
  report jsonb not null default '{}',
  created_at timestamptz not null default now(),
  unique (send_key, send_item)
);
create index restore_requests_person on restore_requests (target, person, number);

-- Room taken on a worker's disk. A row is written before the first byte, and goes after the last one is deleted.
create table restore_spool (
  host text not null,
  request_id text not null references restore_requests on delete cascade,
  size_bytes bigint not null,
  primary key (host, request_id)
);
