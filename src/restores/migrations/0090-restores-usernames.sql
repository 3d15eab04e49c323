-- A username was kept as it was typed; on every site it is in small letters, and so are the people who look for theirs.
update restore_requests set person = lower(person) where person <> lower(person);
update restore_list set person = lower(person) where person <> lower(person);
-- They stand behind those of the same person who wait already; where nobody does, the queue makes one the first.
update restore_turns set person = lower(person), turn = null where person <> lower(person);
