alter table sites
  -- By which key it signs tickets, as it was given when it was paired; null for one added before.
  add column trust jsonb,
  -- Our own address, as it was told to the site: tickets name it as the one they are for. Empty: none.
  add column control text not null default '';

alter table site_tokens drop constraint site_tokens_profile_check;
alter table site_tokens
  add constraint site_tokens_profile_check check (profile in ('source', 'target', 'fleet')),
  -- Null: never, or the site did not say.
  add column expires_at timestamptz,
  -- While it is not certain that the site has seen the new token: the one before, {sealed, expiresAt, setAt}.
  add column previous jsonb,
  -- Who renews it holds it until then.
  add column renewing_until timestamptz,
  -- After a failure: not again before, how often so far, and why.
  add column renew_after timestamptz,
  add column renew_tries integer not null default 0,
  add column renew_error jsonb;
