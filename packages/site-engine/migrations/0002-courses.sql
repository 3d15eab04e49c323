-- A course is the documents of its backup, references to contents of the pool, and an index over both for lists and pages.

-- Contents of files by SHA-1, shared by all sites; the bytes are on disk. These two tables belong to no site and tell no
-- site anything: only the pool reads them. Who still needs a content can be asked only across sites.
create table contents (
  sha1 text primary key,
  size_bytes bigint not null
);

create table content_references (
  sha1 text not null references contents,
  site_id bigint not null references sites on delete cascade,
  course_id bigint not null,
  primary key (sha1, site_id, course_id),
  foreign key (site_id, course_id) references courses on delete cascade
);
create index content_references_course on content_references (site_id, course_id);

-- In chunks, so that a document of any length is written and read in flat memory.
create table course_documents (
  site_id bigint not null references sites on delete cascade,
  course_id bigint not null,
  -- Order of the archive it came with.
  position integer not null,
  chunk integer not null,
  path text not null,
  body bytea not null,
  primary key (site_id, course_id, position, chunk),
  foreign key (site_id, course_id) references courses on delete cascade
);

create table course_sections (
  site_id bigint not null references sites on delete cascade,
  course_id bigint not null,
  -- Id inside the documents.
  section_id bigint not null,
  number integer not null,
  name text,
  visible boolean not null,
  summary text not null,
  primary key (site_id, course_id, section_id),
  foreign key (site_id, course_id) references courses on delete cascade
);

create table course_activities (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  course_id bigint not null,
  section_id bigint not null,
  position integer not null,
  module text not null,
  name text not null,
  visible boolean not null,
  -- `activities/page_442`
  directory text not null,
  -- Context inside the documents: whose files are its own.
  context_id bigint not null,
  -- What a page shows of it, as plain text.
  body text not null,
  filebytes bigint not null,
  primary key (site_id, id),
  foreign key (site_id, course_id) references courses on delete cascade
);
create index course_activities_course on course_activities (site_id, course_id, position);

create table course_files (
  site_id bigint not null references sites on delete cascade,
  id bigint generated always as identity,
  course_id bigint not null,
  sha1 text not null,
  context_id bigint not null,
  component text not null,
  filearea text not null,
  filepath text not null,
  filename text not null,
  size_bytes bigint not null,
  mimetype text,
  -- Content of the course, as opposed to what a person handed in or wrote.
  shared boolean not null,
  primary key (site_id, id),
  foreign key (site_id, course_id) references courses on delete cascade
);
create index course_files_course on course_files (site_id, course_id, context_id);

-- What a course uses: (mod, quiz), (qtype, match), …
create table course_plugins (
  site_id bigint not null references sites on delete cascade,
  course_id bigint not null,
  type text not null,
  name text not null,
  primary key (site_id, course_id, type, name),
  foreign key (site_id, course_id) references courses on delete cascade
);

-- Long work, by the caller's key. The states are explained in courses/tasks.ts.
create table tasks (
  site_id bigint not null references sites on delete cascade,
  key text not null,
  kind text not null check (kind in ('backup', 'upload', 'restore')),
  -- As given, so that the same key with other parameters is noticed.
  params jsonb not null,
  -- The service account that asked; its rights count.
  caller_id bigint not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'discarded')),
  -- Which start of the work holds the task: a number that no older start knows.
  attempt integer not null default 0,
  -- How often an engine ended in the middle of it.
  interrupted integer not null default 0,
  warnings jsonb not null default '[]',
  error jsonb,
  course_id bigint,
  archive jsonb,
  -- Bytes of an upload that are safe on disk.
  received bigint not null default 0,
  -- A restored course that somebody opened is that person's: it is not taken away again.
  opened boolean not null default false,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (site_id, key)
);
create index tasks_course on tasks (site_id, course_id) where course_id is not null;

-- Tasks waiting or running, on any site: how an engine that starts finds what the one before left.
create table tasks_under_way (
  site_id bigint not null references sites on delete cascade,
  key text not null,
  queued_at timestamptz not null default now(),
  primary key (site_id, key),
  foreign key (site_id, key) references tasks on delete cascade
);

-- Short-lived rights to one file of one task, in one direction; only the hash is kept.
create table grants (
  site_id bigint not null references sites on delete cascade,
  hash bytea not null,
  task_key text not null,
  direction text not null check (direction in ('download', 'upload')),
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  primary key (site_id, hash),
  foreign key (site_id, task_key) references tasks on delete cascade
);

select protect_by_site(
  'course_documents', 'course_sections', 'course_activities', 'course_files', 'course_plugins', 'tasks', 'grants'
);
