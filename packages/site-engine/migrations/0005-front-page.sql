-- In Moodle course 1 is the front page, and what belongs to it belongs to the whole site (external tools, for one): an
-- archive of a course that is called 1 would be read so. A sequence that was used already is left as it is.
select setval('courses_id_seq', 1) from courses_id_seq where not is_called;
