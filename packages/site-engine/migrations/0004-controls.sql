-- Each profile may be paired with a control plane of its own: where people's tickets may go, by profile.
create table site_controls (
  site_id bigint not null references sites on delete cascade,
  profile text not null,
  -- As given at pairing.
  control text not null,
  primary key (site_id, profile)
);

alter table site_trust drop column control;

select protect_by_site('site_controls');
