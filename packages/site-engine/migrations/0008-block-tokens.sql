-- Each token of a Moodle with Strasbourg's block can be seen, told from the others, limited to addresses, and revoked.
alter table block_tokens
  add column id bigint generated always as identity unique,
  add column name text not null default '',
  -- Addresses and networks from which it opens anything; none: from everywhere.
  add column ips text[] not null default '{}',
  -- To the minute.
  add column last_used_at timestamptz;
