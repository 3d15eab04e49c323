-- Times by the wall, from turn to turn: what a course waits for a free worker on its way is part of what it takes.
alter table restore_turns drop constraint restore_turns_side_check;
alter table restore_turns add check (side in ('source', 'between', 'target', 'after'));
alter table restore_turns
  -- When the part of the way began that it is on.
  add column part_at timestamptz,
  add column source_ms double precision,
  add column between_ms double precision,
  add column target_ms double precision;

-- Of it, the time in which it had a worker.
alter table restore_times add column busy_ms double precision;
