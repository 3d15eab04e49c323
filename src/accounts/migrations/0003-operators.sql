-- Who runs Jouvence. Names are lower case.
create table operators (
  id bigint generated always as identity primary key,
  username text not null check (username <> ''),
  name text not null,
  email text,
  language text not null check (language in ('en', 'fr')),
  role text not null check (role in ('operator', 'school', 'auditor')),
  -- Ids of sites; null: all there are, and will be.
  site_ids bigint[],
  -- By argon2id, with its parameters and salt; null: none has been chosen.
  password text,
  -- Whether a first sign-in by OpenID Connect may find this operator by its verified e-mail.
  oidc_by_email boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  last_sign_in_at timestamptz,
  check (role <> 'operator' or site_ids is null),
  check (role <> 'school' or cardinality(site_ids) > 0)
);

create unique index operators_username on operators (username);
create unique index operators_email on operators (lower(email));

-- Who an operator is at an OpenID provider.
create table operator_identities (
  issuer text not null,
  subject text not null,
  operator_id bigint not null references operators on delete cascade,
  bound_at timestamptz not null,
  primary key (issuer, subject)
);
create index operator_identities_operator on operator_identities (operator_id);

-- A link by which a password is chosen, once; the newest takes the place of the one before. Only a hash is kept.
create table operator_invitations (
  operator_id bigint primary key references operators on delete cascade,
  sha256 bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Browsers in which an operator is signed in. Only a hash of the cookie is kept.
create table operator_sessions (
  id bigint generated always as identity primary key,
  sha256 bytea not null unique,
  operator_id bigint not null references operators on delete cascade,
  how text not null check (how in ('password', 'oidc')),
  address text not null,
  browser text not null,
  created_at timestamptz not null,
  -- To the minute.
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index operator_sessions_operator on operator_sessions (operator_id);

-- Signing in that failed: by account and address, by address, by account. Names are hashed, known or not.
create table sign_in_waits (
  sha256 bytea primary key,
  failures integer not null,
  last_at timestamptz not null,
  -- Until then nothing is tried.
  until timestamptz not null
);
create index sign_in_waits_last on sign_in_waits (last_at);

-- A token opens what it was made for, and never more than whoever made it still may.
alter table api_tokens
  add role text not null default 'operator' check (role in ('operator', 'school', 'auditor')),
  add site_ids bigint[],
  -- The operator who made it, also by another token; null: the local operator.
  add operator_id bigint references operators on delete set null;
alter table api_tokens alter role drop default;
alter table api_tokens
  add check (role <> 'operator' or site_ids is null),
  add check (role <> 'school' or cardinality(site_ids) > 0);
create index api_tokens_operator on api_tokens (operator_id);
