-- Since when a site has been as it is: ok, failing, expired. Null: that was not kept then.
alter table sites add column health_since timestamptz;
