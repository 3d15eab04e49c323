-- What people were told through `send_notice`. Kept for the person, the newest 200; nobody else reads them.
create table notices (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  person_id bigint not null,
  -- The caller's: the same again is the same notice.
  key text not null,
  kind text not null,
  subject text not null,
  body text not null,
  url text,
  url_name text,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (site_id, id),
  unique (site_id, key),
  foreign key (site_id, person_id) references people on delete cascade
);
create index notices_person on notices (site_id, person_id, id);

select protect_by_site('notices');
