-- A chain over the lines: each holds a hash over its content and over the hash before it, so that a line that is altered,
-- taken away, put in or moved shows (docs/adr/0013).
alter table audit add operator_id bigint;

create table audit_chain (
  -- In the order in which they were committed, without a gap.
  seq bigint primary key,
  -- No foreign key: a line that is gone must show here.
  line bigint not null unique,
  -- Of the line as it was written.
  content bytea not null,
  before bytea not null,
  hash bytea not null unique
);

-- As `lineText` in chain.ts, which does not trust this one.
create function audit_content(a audit) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(
    a.id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.actor_kind, a.actor_name, a.token_id,
    a.operator_id, a.action, a.object, a.site, a.before, a.after)::text, 'UTF8'))
$$;

-- Runs when the transaction commits, after everything else that it waits for: whoever holds this lock waits for nobody,
-- and holds it no longer than a commit takes.
create function audit_seal() returns trigger language plpgsql as $$
declare
  last audit_chain;
  content bytea := audit_content(new);
  next_seq bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit chain', 0));
  -- A backup that is put back brings its chain.
  if exists (select from audit_chain where line = new.id) then return null; end if;
  select * into last from audit_chain order by seq desc limit 1;
  next_seq := coalesce(last.seq, 0) + 1;
  last.hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  insert into audit_chain (seq, line, content, before, hash)
  values (next_seq, new.id, content, last.hash, sha256(last.hash || int8send(next_seq) || content));
  return null;
end
$$;

do $$
declare
  a audit;
  last bytea := decode(repeat('00', 32), 'hex');
  n bigint := 0;
begin
  for a in select * from audit order by id loop
    n := n + 1;
    insert into audit_chain (seq, line, content, before, hash)
    values (n, a.id, audit_content(a), last, sha256(last || int8send(n) || audit_content(a)))
    returning hash into last;
  end loop;
end
$$;

create constraint trigger audit_seal after insert on audit deferrable initially deferred
  for each row execute function audit_seal();

create index audit_actor on audit (actor_name, id);
create index audit_action on audit (action, id);
create index audit_site on audit (site, id);
