-- Parked: no worker looks at it until its giver calls it. Thousands may be, at no cost to those that are due.
alter table jobs add column parked boolean not null default false;
drop index jobs_due;
create index jobs_due on jobs (next_at, id) where outcome is null and not parked;
create index jobs_parked on jobs (kind, waiting_for) where outcome is null and parked;

-- Jobs that its worker carries at the same time.
alter table job_hosts add column places integer not null default 0;
