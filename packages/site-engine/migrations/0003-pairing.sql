-- A site's own part of being paired: rotating tokens, pairing codes, the key that signs tickets, maintenance by call.

-- What maintenance pages say; empty: the page's own words. Kept when maintenance ends, as Moodle does.
alter table sites add column maintenance_message text not null default '';

-- The token that ends when this one is used for the first time; null from then on.
alter table tokens add column replaces bytea;
create index tokens_replaces on tokens (site_id, replaces) where replaces is not null;

-- Codes that have not been used yet; only the hash of the secret is kept.
create table pairings (
  site_id bigint not null references sites on delete cascade,
  hash bytea not null,
  profile text not null,
  -- How long the token lives that the code opens.
  token_days integer not null,
  expires timestamptz not null,
  primary key (site_id, hash)
);

-- One row a site: the key by which it signs tickets, and the control plane that they go to.
create table site_trust (
  site_id bigint primary key references sites on delete cascade,
  kid text not null,
  -- PKCS 8 in PEM, Ed25519.
  private_key text not null,
  public_key text not null,
  -- As given at pairing; empty: paired with none that people enter.
  control text not null default ''
);

select protect_by_site('pairings', 'site_trust');
