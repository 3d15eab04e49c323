-- Durable work. What a job is about belongs to the module that gave it; here is how far it got, and who works on it.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,
  -- The giver's own id of what this is about.
  subject text not null,
  step text not null,
  -- Of that step; 0: not begun.
  attempt integer not null default 0,
  -- How it will end; set while what it left behind is being undone.
  ending text check (ending in ('failed', 'refused', 'cancelled')),
  outcome text check (outcome in ('done', 'failed', 'refused', 'cancelled')),
  cancel_asked boolean not null default false,
  waiting_for text,
  next_at timestamptz not null default now(),
  -- Times in a row that it had to wait without getting on.
  tries integer not null default 0,
  -- {code, message, retry, step}: the last one, also of something that will be tried again.
  error jsonb,
  progress real not null default 0,
  bytes_done bigint not null default 0,
  bytes_total bigint,
  -- Only workers of this host may claim it: files of it are there.
  host text,
  worker text,
  -- Grows with each claim: a worker that stalled finds its writes matching no row.
  fence bigint not null default 0,
  lease_until timestamptz,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (kind, subject)
);
create index jobs_due on jobs (next_at, id) where outcome is null;

create table job_steps (
  job_id bigint not null references jobs on delete cascade,
  step text not null,
  attempt integer not null,
  started_at timestamptz not null default clock_timestamp(),
  -- Null while it is under way, and for good when it never finished.
  ended_at timestamptz,
  finished boolean not null default false,
  -- When everything that it left anywhere was taken away.
  undone_at timestamptz,
  primary key (job_id, step, attempt)
);

create table job_hosts (
  host text primary key,
  seen_at timestamptz not null
);
