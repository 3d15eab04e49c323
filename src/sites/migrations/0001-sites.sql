create table sites (
  id bigint generated always as identity primary key,
  name text not null constraint sites_name unique check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  title text not null,
  -- wwwroot, without a trailing slash
  url text not null constraint sites_url unique,
  kind text not null check (kind in ('moodle', 'embedded')),
  release text not null,
  branch integer not null,
  -- Moodle's site identifier. Unique: between a site and its clone Moodle matches people by id.
  identifier text not null constraint sites_identifier unique,
  timezone text not null,
  demo boolean not null default false,
  default_category_id bigint,
  paused_at timestamptz,
  created_at timestamptz not null default now(),
  health_state text not null default 'unknown' check (health_state in ('unknown', 'ok', 'failing', 'expired')),
  health_error jsonb,
  latency_ms integer,
  checked_at timestamptz
);

create table site_tokens (
  site_id bigint not null references sites on delete cascade,
  profile text not null check (profile in ('source', 'target')),
  sealed text not null,
  set_at timestamptz not null default now(),
  primary key (site_id, profile)
);

create table site_pairs (
  source_id bigint not null references sites,
  target_id bigint not null references sites,
  roles text[] not null check (cardinality(roles) > 0),
  identity text not null check (identity in ('username', 'email', 'idnumber')),
  primary key (source_id, target_id),
  check (source_id <> target_id)
);

create index site_pairs_target on site_pairs (target_id);
