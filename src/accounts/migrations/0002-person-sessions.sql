-- People who entered from a site: a session opens what is theirs on that site, and nothing else. Only a hash is kept.
create table person_sessions (
  id bigint generated always as identity primary key,
  sha256 bytea not null unique,
  site_id bigint not null,
  site text not null,
  username text not null,
  language text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Tickets open once: kept until they could not open anything any more.
create table used_tickets (
  site_id bigint not null,
  jti text not null,
  until timestamptz not null,
  primary key (site_id, jti)
);
