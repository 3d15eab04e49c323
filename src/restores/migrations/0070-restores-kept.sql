-- What was carried is true of the course, whatever becomes of the request: who deletes one, or keeps it no longer, does not
-- make its course go from the target. Nothing of people: for whom it came is not known any more.
create table restore_kept (
  -- Of the request that was deleted.
  request_id text primary key,
  target_id bigint not null,
  target text not null,
  source_id bigint not null,
  source text not null,
  courseid bigint not null,
  course_name text not null,
  new_course jsonb not null,
  arrived_at timestamptz not null
);
create index restore_kept_course on restore_kept (target_id, source_id, courseid);
