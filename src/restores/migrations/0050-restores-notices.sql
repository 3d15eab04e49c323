-- Who cancelled it: {"kind": "person", "username": …} of the target, or {"kind": "operator", "name": …}.
alter table restore_requests add column cancelled_by jsonb;
-- What was sent together is told together.
create index restore_requests_sent on restore_requests (send_digest, created_at);
