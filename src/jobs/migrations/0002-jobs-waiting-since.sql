-- Since when a job waits for what it waits for. A claim that only looks again does not end the wait.
alter table jobs add column waiting_since timestamptz;
