-- Who acted is looked for in whatever case a name was typed.
drop index audit_actor;
create index audit_actor on audit (lower(actor_name), id);
