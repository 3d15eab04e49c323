-- What has happened and is to be told. One statement, in the transaction of the state that it tells of; whom it concerns
-- is found out afterwards, once, so that nothing here can delay or fail what it is about.
create table notice_events (
  id bigint generated always as identity primary key,
  kind text not null,
  facts jsonb not null,
  -- The site whose settings and operators count. Without references: what was told stays readable when a site is gone.
  site_id bigint,
  -- Whom it is about, so that everything of one person can be found, given out and erased.
  person_site_id bigint,
  person text,
  -- Requests sent together, and which of them this is: what ends while others are under way is told with them.
  batch text,
  subject text,
  -- The same thing is told once: an outage, the end of a token.
  once_key text unique,
  happened_at timestamptz not null default clock_timestamp(),
  addressed_at timestamptz,
  tries integer not null default 0,
  next_at timestamptz not null default clock_timestamp(),
  error jsonb
);
create index notice_events_due on notice_events (next_at, id) where addressed_at is null;
create index notice_events_batch on notice_events (batch) where batch is not null;
create index notice_events_person on notice_events (person_site_id, person) where person is not null;
create index notice_events_age on notice_events (happened_at);

-- One thing told to one audience; people and operators read these in Jouvence itself.
create table notices (
  id bigint generated always as identity primary key,
  event_id bigint not null references notice_events on delete cascade,
  kind text not null,
  -- Somebody of a site · an operator by name · whoever administers the site.
  audience text not null check (audience in ('person', 'operator', 'administrators')),
  site_id bigint,
  name text,
  created_at timestamptz not null default clock_timestamp(),
  unique nulls not distinct (event_id, audience, site_id, name)
);
create index notices_of_person on notices (site_id, name, id) where audience = 'person';
create index notices_of_operator on notices (name, id) where audience = 'operator';
create index notices_of_administrators on notices (id) where audience = 'administrators';

create table notice_reads (
  notice_id bigint not null references notices on delete cascade,
  reader text not null,
  read_at timestamptz not null default clock_timestamp(),
  primary key (notice_id, reader)
);
create index notice_reads_reader on notice_reads (reader);

-- What goes out: one message, by one way, to one recipient, with one notice or several.
create table notice_messages (
  id bigint generated always as identity primary key,
  -- Random. The Message-ID of a mail and the key of a site's message are made of it: a repetition is known as one.
  key text not null unique,
  way text not null check (way in ('site', 'mail')),
  -- Somebody of a site (`site_id`, username) · an operator by name · an address.
  recipient text not null check (recipient in ('person', 'operator', 'address')),
  site_id bigint,
  name text not null,
  -- What is one's own, and what one looks after, are told apart.
  stream text not null check (stream in ('own', 'administration')),
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given-up', 'dropped')),
  created_at timestamptz not null default clock_timestamp(),
  next_at timestamptz not null,
  -- When next_at was written. A time that lies ahead of now means that the clock was set back: then it is due.
  stamped_at timestamptz not null default clock_timestamp(),
  -- From the first claim on nothing is added: what goes out again is the same message.
  closed_at timestamptz,
  ended_at timestamptz,
  tries integer not null default 0,
  error jsonb,
  -- When somebody who could not be told on the site was told by mail instead.
  instead_at timestamptz,
  fence bigint not null default 0,
  worker text,
  lease_until timestamptz
);
create unique index notice_messages_open on notice_messages (way, recipient, coalesce(site_id, 0), name, stream)
  where state = 'waiting' and closed_at is null;
create index notice_messages_due on notice_messages (way, next_at, id) where state = 'waiting';
create index notice_messages_recipient on notice_messages (recipient, name, stream, way, closed_at);
create index notice_messages_state on notice_messages (state, id);

create table notice_message_items (
  message_id bigint not null references notice_messages on delete cascade,
  notice_id bigint not null references notices on delete cascade,
  primary key (message_id, notice_id)
);
create index notice_message_items_notice on notice_message_items (notice_id);

-- What somebody has said; where nothing is said, the settings decide.
create table notice_preferences (
  owner text not null check (owner in ('person', 'operator')),
  site_id bigint,
  name text not null,
  kind text not null,
  way text not null check (way in ('site', 'mail')),
  wanted boolean not null,
  changed_at timestamptz not null default clock_timestamp(),
  unique nulls not distinct (owner, site_id, name, kind, way)
);

-- How somebody of a site is reached, as the site last said: for when the site itself cannot be asked. Kept for days.
create table notice_contacts (
  site_id bigint not null,
  username text not null,
  email text not null,
  language text not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (site_id, username)
);
