-- Who did what. Rows are only ever added; names are kept as they were, so that a line outlives what it speaks of.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('operator', 'system')),
  actor_name text not null,
  -- The API token that was used, if any.
  token_id bigint,
  action text not null,
  object text not null,
  site text,
  before jsonb,
  after jsonb
);

create index audit_at on audit (at);
create index audit_object on audit (object, id);
