-- Sites that have only Strasbourg's block, as sources.
alter table sites
  drop constraint sites_kind_check,
  add constraint sites_kind_check check (kind in ('moodle', 'embedded', 'strasbourg')),
  -- The version of its block, such as 2022061500; null for every other kind. It decides what the site can do.
  add column block text,
  add check ((kind = 'strasbourg') = (block is not null));
