-- What Moodles with Strasbourg's block fetch courses by. Such a token opens that block's functions and nothing else.
create table block_tokens (
  site_id bigint not null references sites on delete cascade,
  hash bytea not null,
  expires timestamptz not null,
  -- Short names: who holds one of these in a course is told of it and given it, whatever the caller names.
  roles text[] not null check (cardinality(roles) > 0),
  -- Whether courses are given with participants' data.
  people boolean not null,
  -- Whether a course is also given for nobody in particular.
  any_course boolean not null,
  created_at timestamptz not null default now(),
  primary key (site_id, hash)
);

-- Archives made for one of them: each for the course that was asked for, for a quarter of an hour, once.
create table block_downloads (
  site_id bigint not null references sites on delete cascade,
  id bigint not null,
  token_hash bytea not null,
  course_id bigint not null,
  -- Of the backup that it is.
  task_key text not null,
  created_at timestamptz not null default now(),
  -- How often it was begun; what broke off may be asked for again.
  opened integer not null default 0,
  primary key (site_id, id),
  foreign key (site_id, token_hash) references block_tokens on delete cascade
);

select protect_by_site('block_tokens', 'block_downloads');
