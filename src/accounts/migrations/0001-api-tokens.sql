-- Tokens of operators' programs. Only a hash is kept: 256 random bits need no salt.
create table api_tokens (
  id bigint generated always as identity primary key,
  name text not null check (name <> ''),
  sha256 bytea not null unique,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- A name belongs to one token at a time; a revoked one keeps its line for the record.
create unique index api_tokens_name on api_tokens (name) where revoked_at is null;
