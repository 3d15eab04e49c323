-- The archive as it is delivered, rewritten from the one that was fetched, and what was looked for in it.
alter table restore_requests
  add column keep_idnumber boolean not null default false,
  add column keep_file_authors boolean not null default false,
  add column prepared jsonb,
  add column proof jsonb;
