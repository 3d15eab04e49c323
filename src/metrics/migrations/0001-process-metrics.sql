-- What each process last said of itself, for whoever answers Prometheus. Worth nothing after a crash: unlogged.
create unlogged table process_metrics (
  process text not null,
  host text not null,
  pid integer not null,
  seen_at timestamptz not null,
  series jsonb not null,
  primary key (process, host, pid)
);
