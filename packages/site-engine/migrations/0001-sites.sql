-- All embedded sites share these tables. Every key begins with site_id, every reference carries it, and row-level
-- security lets a transaction see only the site that it named (app.site_id, set by Database.withSite): code with a
-- wrong condition finds nothing instead of another site's people. `force` holds for the tables' owner too, because
-- the engine connects as the owner.

-- The site of this transaction; null, so that nothing is visible, when none was named.
create function current_site() returns bigint language sql stable
  return nullif(current_setting('app.site_id', true), '')::bigint;

-- Puts tables with a column site_id under the rule, and lets inserts leave the column out. Later migrations call it
-- for their own. Under this rule an index serves only conditions made of leakproof functions: `lower(x) = $1`, `like`
-- and `@>` scan all of a site's rows, `=` and `= any` do not.
create function protect_by_site(variadic tables text[]) returns void language plpgsql as $$
declare
  name text;
begin
  foreach name in array tables loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('alter table %I alter column site_id set default current_site()', name);
    execute format('create policy own_site on %I using (site_id = current_site()) with check (site_id = current_site())', name);
  end loop;
end $$;

-- The register of sites: the one table that is read without a site, to find which site a host is.
create table sites (
  id bigint generated always as identity primary key,
  name text not null unique,
  host text not null unique,
  url text not null,
  fullname text not null,
  language text not null,
  timezone text not null,
  -- The Moodle it behaves as.
  release text not null,
  branch integer not null,
  -- Moodle's siteidentifier: never equal on two sites.
  identifier text not null unique,
  state text not null default 'active' check (state in ('active', 'suspended', 'maintenance')),
  demo boolean not null default false,
  default_category_id bigint,
  created_at timestamptz not null default now()
);

create table plugins (
  site_id bigint not null references sites on delete cascade,
  type text not null,
  name text not null,
  version text not null,
  -- Moodle's own; null where the type has no switch.
  state text check (state in ('on', 'off', 'disabled')),
  primary key (site_id, type, name)
);

-- Ids are one sequence for all sites: an id carried to the wrong site names nothing there.
-- Times that Moodle has are Unix seconds and 0 for never, as Moodle keeps them.
create table people (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  username text not null,
  email text not null,
  -- E-mail without case: see protect_by_site for why it is a column.
  email_key text not null generated always as (lower(email)) stored,
  firstname text not null,
  lastname text not null,
  idnumber text not null default '',
  language text not null,
  auth text not null default 'manual',
  -- scrypt; null: nobody signs in with a password.
  password text,
  firstaccess bigint not null default 0,
  lastaccess bigint not null default 0,
  timecreated bigint not null default extract(epoch from now())::bigint,
  suspended boolean not null default false,
  primary key (site_id, id),
  unique (site_id, username)
);
create index people_email on people (site_id, email_key);
create index people_idnumber on people (site_id, idnumber) where idnumber <> '';

create table roles (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  shortname text not null,
  archetype text not null default '',
  sortorder integer not null,
  primary key (site_id, id),
  unique (site_id, shortname)
);

-- Which roles the holders of a role may give; a role that is not listed is dropped from what they restore.
create table role_allow_assign (
  site_id bigint not null references sites on delete cascade,
  role_id bigint not null,
  allowed_id bigint not null,
  primary key (site_id, role_id, allowed_id),
  foreign key (site_id, role_id) references roles on delete cascade,
  foreign key (site_id, allowed_id) references roles on delete cascade
);
create index role_allow_assign_allowed on role_allow_assign (site_id, allowed_id);

-- level: 10 system, 40 category, 50 course (Moodle's numbers). path: ids from the system down to this one.
create table contexts (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  level smallint not null check (level in (10, 40, 50)),
  instance_id bigint not null,
  path bigint[] not null,
  primary key (site_id, id),
  unique (site_id, level, instance_id)
);

-- Only what differs from the role's archetype, whose capabilities come with the engine (capabilities.txt).
create table role_capabilities (
  site_id bigint not null references sites on delete cascade,
  context_id bigint not null,
  role_id bigint not null,
  capability text not null,
  -- Moodle's: allow 1, inherit 0, prevent -1, prohibit -1000.
  permission smallint not null check (permission in (1, 0, -1, -1000)),
  primary key (site_id, context_id, role_id, capability),
  foreign key (site_id, role_id) references roles on delete cascade,
  foreign key (site_id, context_id) references contexts on delete cascade
);
create index role_capabilities_role on role_capabilities (site_id, role_id, capability);

create table role_assignments (
  site_id bigint not null references sites on delete cascade,
  person_id bigint not null,
  context_id bigint not null,
  role_id bigint not null,
  -- Which plugin gave it (`enrol_cohort`); empty: by hand.
  component text not null default '',
  primary key (site_id, person_id, context_id, role_id, component),
  foreign key (site_id, person_id) references people on delete cascade,
  foreign key (site_id, context_id) references contexts on delete cascade,
  foreign key (site_id, role_id) references roles on delete cascade
);
create index role_assignments_context on role_assignments (site_id, context_id, role_id);
create index role_assignments_role on role_assignments (site_id, role_id);

create table categories (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  -- null at the top
  parent_id bigint,
  name text not null,
  idnumber text not null default '',
  visible boolean not null default true,
  primary key (site_id, id),
  foreign key (site_id, parent_id) references categories
);
create unique index categories_idnumber on categories (site_id, idnumber) where idnumber <> '';
create index categories_parent on categories (site_id, parent_id);

create table courses (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  category_id bigint not null,
  shortname text not null,
  fullname text not null,
  idnumber text not null default '',
  summary text not null default '',
  format text not null default 'topics',
  visible boolean not null default true,
  startdate bigint not null default 0,
  enddate bigint not null default 0,
  timecreated bigint not null default extract(epoch from now())::bigint,
  timemodified bigint not null default extract(epoch from now())::bigint,
  -- Bytes of its files, each counted once.
  filebytes bigint not null default 0,
  -- Release of the Moodle whose documents it is made of.
  release text not null default '',
  -- A course that a restore has not finished is seen by nobody but that restore.
  state text not null default 'ready' check (state in ('restoring', 'ready')),
  -- Key of the task that made it, if one did.
  task_key text,
  primary key (site_id, id),
  unique (site_id, shortname),
  foreign key (site_id, category_id) references categories
);
create unique index courses_idnumber on courses (site_id, idnumber) where idnumber <> '';
create index courses_category on courses (site_id, category_id);
create unique index courses_task on courses (site_id, task_key) where task_key is not null;

create table enrol_methods (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  course_id bigint not null,
  -- manual, self, cohort, meta, guest, …
  method text not null,
  name text not null default '',
  enabled boolean not null default true,
  sortorder integer not null default 0,
  primary key (site_id, id),
  foreign key (site_id, course_id) references courses on delete cascade
);
create index enrol_methods_course on enrol_methods (site_id, course_id);

create table enrolments (
  site_id bigint not null references sites on delete cascade,
  method_id bigint not null,
  person_id bigint not null,
  suspended boolean not null default false,
  timestart bigint not null default 0,
  timeend bigint not null default 0,
  timecreated bigint not null default extract(epoch from now())::bigint,
  primary key (site_id, method_id, person_id),
  foreign key (site_id, method_id) references enrol_methods on delete cascade,
  foreign key (site_id, person_id) references people on delete cascade
);
create index enrolments_person on enrolments (site_id, person_id);

-- Web-service tokens: only the hash is kept. Each acts as the service account of its profile.
create table tokens (
  site_id bigint not null references sites on delete cascade,
  hash bytea not null,
  profile text not null,
  person_id bigint not null,
  expires timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (site_id, hash),
  foreign key (site_id, person_id) references people on delete cascade
);

create table sessions (
  site_id bigint not null references sites on delete cascade,
  hash bytea not null,
  person_id bigint not null,
  expires timestamptz not null,
  primary key (site_id, hash),
  foreign key (site_id, person_id) references people on delete cascade
);
create index sessions_person on sessions (site_id, person_id);

select protect_by_site(
  'plugins', 'people', 'roles', 'role_allow_assign', 'contexts', 'role_capabilities', 'role_assignments',
  'categories', 'courses', 'enrol_methods', 'enrolments', 'tokens', 'sessions'
);
