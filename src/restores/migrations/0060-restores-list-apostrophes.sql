-- Apostrophes and dashes of all kinds are looked for as those that a keyboard has: as in `fold` of the catalogue.
update restore_list set words = array_to_tsvector(array(
  select distinct translate(word, '‘’‛ʼ′‐‑‒–—―−', '''''''''''-------') from unnest(tsvector_to_array(words)) word))
where words::text ~ '[‘’‛ʼ′‐‑‒–—―−]';
