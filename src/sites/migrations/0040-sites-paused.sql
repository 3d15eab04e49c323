-- Why an operator has paused it, in the operator's words; told to those whose requests wait.
alter table sites add column pause_reason text not null default '';
