-- A site on this machine that is reached through its own code: {path, php, account, host}. Null: over the network.
alter table sites add column code_base jsonb;

-- The command line asks for no token: null in the rows of such a site, which say what is set up there.
alter table site_tokens alter column sealed drop not null;
