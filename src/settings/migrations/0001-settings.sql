-- What differs from the defaults. Without sites: the whole fleet; with one: that site; with both: that pair.
create table settings (
  key text not null,
  -- Of a setting about what a site gives, that source; of any other the target.
  site_id bigint references sites on delete cascade,
  -- Of a pair: its source, and `site_id` its target.
  source_id bigint references sites on delete cascade,
  value jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  unique nulls not distinct (key, site_id, source_id),
  check (source_id is null or site_id is not null)
);
