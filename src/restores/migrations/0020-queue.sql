-- Whose turn it is. One row per request that waits for its turn, has it, or is between its two turns: first one of its
-- source's (it is backed up and fetched), then one of its target's (it is delivered and restored).
create sequence restore_turn_order;
create table restore_turns (
  request_id text primary key references restore_requests on delete cascade,
  side text not null check (side in ('source', 'between', 'target')),
  source_id bigint not null,
  target_id bigint not null,
  -- Whose courses share: a username of the target; empty for courses that nobody in particular asked for.
  person text not null,
  -- Order of asking. No clock has a say in who goes first.
  asked bigint not null default nextval('restore_turn_order'),
  -- Where its person stands, on the first waiting row of that person; null on those behind it. The smallest is next.
  turn bigint,
  since timestamptz not null default clock_timestamp(),
  -- It has its turn.
  granted_at timestamptz,
  -- Of the course's files, as far as the outline knew.
  size_bytes bigint
);
create index restore_turns_source on restore_turns (source_id, target_id, turn)
  where side = 'source' and granted_at is null and turn is not null;
create index restore_turns_target on restore_turns (target_id, turn)
  where side = 'target' and granted_at is null and turn is not null;
create index restore_turns_person on restore_turns (target_id, person, side, source_id, asked) where granted_at is null;
create index restore_turns_granted on restore_turns (side, source_id, target_id) where granted_at is not null;
create index restore_turns_between on restore_turns (target_id) where side <> 'source';

insert into restore_turns (request_id, side, source_id, target_id, person, asked, granted_at)
select r.id,
  case when j.step in ('queued', 'backing-up', 'fetching') then 'source'
    when j.step in ('checking', 'preparing') then 'between' else 'target' end,
  r.source_id, r.target_id, coalesce(r.person, ''), nextval('restore_turn_order'),
  case when j.step not in ('checking', 'preparing') then clock_timestamp() end
from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
where j.outcome is null
  and j.step in ('queued', 'backing-up', 'fetching', 'checking', 'preparing', 'delivering', 'restoring')
order by r.number;

-- Sites that may not answer any more, or do not. Where `since` is set a probe has confirmed it.
create table restore_standing (
  site_id bigint primary key,
  failures integer not null default 0,
  first_failed_at timestamptz not null default clock_timestamp(),
  last_failed_at timestamptz not null default clock_timestamp(),
  since timestamptz,
  -- {code, message}
  error jsonb not null,
  -- How far the intervals between probes have grown.
  level integer not null default 0,
  next_probe_at timestamptz,
  -- Somebody asks it just now; until then nobody else does.
  probing_until timestamptz,
  back_at timestamptz
);

-- How long courses that arrived really took, waiting for turns left out.
create table restore_times (
  request_id text primary key,
  source_id bigint not null,
  target_id bigint not null,
  ended_at timestamptz not null default clock_timestamp(),
  size_bytes bigint,
  -- While it had a turn of its source, between the turns, while it had one of its target, and after.
  source_ms double precision not null,
  between_ms double precision not null,
  target_ms double precision not null,
  after_ms double precision not null
);
create index restore_times_pair on restore_times (source_id, target_id, ended_at desc);
create index restore_times_ended on restore_times (ended_at desc);
