-- People act too, once they can enter from their site.
alter table audit drop constraint audit_actor_kind_check;
alter table audit add constraint audit_actor_kind_check check (actor_kind in ('operator', 'person', 'system'));
