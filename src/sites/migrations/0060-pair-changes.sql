-- Who made a pair as it is, and when: what somebody else changes meanwhile is not overwritten unseen.
alter table site_pairs
  add column changed_at timestamptz not null default now(),
  add column changed_by text not null default '';
