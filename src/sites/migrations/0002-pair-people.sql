alter table site_pairs
  -- Authentication methods whose accounts may be matched; empty: all but those by which nobody is vouched for.
  add column auth text[] not null default '{}',
  -- Whether a restore may create accounts on the target.
  add column create_people boolean;

update site_pairs
  set create_people = (select kind = 'embedded' from sites where sites.id = target_id);

alter table site_pairs alter column create_people set not null;
