<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Lists of courses, in a number of queries that does not grow with the number of courses.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class courses {
    /** Whose names stand beside a course that was not looked for by roles. */
    public const TEACHERS = ['editingteacher'];

    private const MAX_TEACHERS = 20;

    /** Ids in one IN (…). */
    private const BATCH = 1000;

    /**
     * Courses in which a person holds one of the roles, in the course or in a category above it. Role assignments alone
     * count, not enrolments: a retired platform is full of suspended people and of enrolments that are over.
     *
     * @param int $userid
     * @param string[] $roles short names
     * @param bool $hidden whether hidden courses are told
     * @param string|null $key of categories
     * @return array[]
     */
    public static function of_person(int $userid, array $roles, bool $hidden, ?string $key = null): array {
        $tree = categories::tree($key);
        $held = self::roles_held($userid, $roles, $tree);
        $courses = self::summarize(array_keys($held), $roles, $tree, $hidden);
        foreach ($courses as &$course) {
            $names = array_keys($held[$course['id']]);
            sort($names);
            $course['roles'] = $names;
        }
        return $courses;
    }

    /**
     * Courses by one of their fields.
     *
     * @param string $field id, shortname or idnumber
     * @param string $value
     * @param bool $hidden whether hidden courses are told
     * @param string|null $key of categories
     * @return array[]
     */
    public static function find(string $field, string $value, bool $hidden, ?string $key = null): array {
        global $DB;
        $tree = categories::tree($key);
        // Every course may have no idnumber, and what is no number is nobody's id.
        if ($value === '' || ($field === 'id' && !preg_match('/^[0-9]{1,15}$/', $value))) {
            return [];
        }
        $rows = $DB->get_records('course', [$field => $field === 'id' ? (int) $value : $value], 'id', 'id, ' .
            ($field === 'id' ? 'shortname' : $field));
        $ids = [];
        foreach ($rows as $row) {
            // MySQL's collations find é for e and a for A.
            if ($field === 'id' || $row->$field === $value) {
                $ids[] = (int) $row->id;
            }
        }
        return self::summarize($ids, self::TEACHERS, $tree, $hidden);
    }

    /**
     * Every course, or those in which each of the words is part of a name or is the id; the greatest id first.
     *
     * @param string $text words
     * @param int $before only lesser ids; 0: from the first
     * @param int $limit
     * @param bool $hidden whether hidden courses are told
     * @param string|null $key of categories
     * @return array courses, more, total
     */
    public static function search(string $text, int $before, int $limit, bool $hidden, ?string $key = null): array {
        global $DB;
        $tree = categories::tree($key);
        $where = "c.id <> :site AND NOT EXISTS (SELECT 1 FROM {local_jouvence_tasks} t
            WHERE t.courseid = c.id AND t.kind = 'restore' AND t.state <> 'done')";
        $params = ['site' => SITEID];
        if (!$hidden) {
            $where .= ' AND c.visible = 1';
        }
        foreach (preg_split('/\s+/u', $text, -1, PREG_SPLIT_NO_EMPTY) as $n => $word) {
            $is = [];
            foreach (['fullname', 'shortname', 'idnumber'] as $field) {
                $is[] = $DB->sql_like("c.{$field}", ":{$field}{$n}", false, false);
                $params[$field . $n] = '%' . $DB->sql_like_escape($word) . '%';
            }
            if (preg_match('/^[0-9]{1,15}$/', $word)) {
                $is[] = "c.id = :id{$n}";
                $params['id' . $n] = (int) $word;
            }
            $where .= ' AND (' . implode(' OR ', $is) . ')';
        }
        $total = $DB->count_records_sql("SELECT COUNT(1) FROM {course} c WHERE {$where}", $params);
        if ($before > 0) {
            $where .= ' AND c.id < :before';
            $params['before'] = $before;
        }
        $ids = array_keys($DB->get_records_sql("SELECT c.id FROM {course} c WHERE {$where} ORDER BY c.id DESC",
            $params, 0, $limit + 1));
        $courses = array_column(self::summarize(array_slice($ids, 0, $limit), self::TEACHERS, $tree, $hidden), null, 'id');
        krsort($courses);
        return ['courses' => array_values($courses), 'more' => count($ids) > $limit, 'total' => $total];
    }

    /**
     * One course as lists tell it.
     *
     * @param int $courseid
     * @param string|null $key of categories
     * @return array
     */
    public static function summary(int $courseid, ?string $key = null): array {
        return self::summarize([$courseid], self::TEACHERS, categories::tree($key), true)[0];
    }

    /**
     * Which of these are there. A course that a restore of ours has not finished is not, as long as it has not.
     *
     * @param int[] $ids
     * @return bool[] by id
     */
    public static function exist(array $ids): array {
        global $DB;
        $there = array_fill_keys($ids, false);
        foreach ($DB->get_records_list('course', 'id', $ids, '', 'id') as $course) {
            $there[(int) $course->id] = (int) $course->id !== (int) SITEID;
        }
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
        $unfinished = $DB->get_fieldset_select('local_jouvence_tasks', 'courseid',
            "kind = 'restore' AND state <> 'done' AND courseid {$in}", $params);
        foreach ($unfinished as $id) {
            $there[(int) $id] = false;
        }
        return $there;
    }

    /**
     * Of these courses those in which a person is enrolled, by any method, active or not.
     *
     * @param int[] $ids
     * @param int $userid
     * @return bool[] course id → true
     */
    public static function enrolled_in(array $ids, int $userid): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
        $found = $DB->get_fieldset_sql("SELECT DISTINCT e.courseid FROM {user_enrolments} ue
            JOIN {enrol} e ON e.id = ue.enrolid WHERE ue.userid = :userid AND e.courseid {$in}",
            ['userid' => $userid] + $params);
        return array_fill_keys(array_map('intval', $found), true);
    }

    /**
     * Course id → short name of the role → true.
     *
     * @param int $userid
     * @param string[] $roles
     * @param array[] $tree
     * @return bool[][]
     */
    private static function roles_held(int $userid, array $roles, array $tree): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($roles, SQL_PARAMS_NAMED);
        $rows = $DB->get_recordset_sql(
            "SELECT DISTINCT x.contextlevel, x.instanceid, r.shortname
               FROM {role_assignments} a
               JOIN {user} u ON u.id = a.userid AND u.deleted = 0
               JOIN {role} r ON r.id = a.roleid AND r.shortname {$in}
               JOIN {context} x ON x.id = a.contextid AND x.contextlevel IN (:category, :course)
              WHERE a.userid = :userid",
            $params + ['userid' => $userid, 'category' => CONTEXT_COURSECAT, 'course' => CONTEXT_COURSE]
        );
        $held = [];
        $incategory = [];
        foreach ($rows as $row) {
            if ((int) $row->contextlevel === CONTEXT_COURSE) {
                $held[(int) $row->instanceid][$row->shortname] = true;
            } else {
                $incategory[(int) $row->instanceid][$row->shortname] = true;
            }
        }
        $rows->close();
        $below = $incategory ? categories::below($tree, array_keys($incategory)) : [];
        foreach (array_chunk(array_keys($below), self::BATCH) as $ids) {
            foreach ($DB->get_records_list('course', 'category', $ids, '', 'id, category') as $course) {
                foreach ($below[$course->category] as $above) {
                    $held[(int) $course->id] = ($held[(int) $course->id] ?? []) + $incategory[$above];
                }
            }
        }
        return $held;
    }

    /**
     * Summaries in the order of the names; never the site's front page.
     *
     * @param int[] $ids
     * @param string[] $roles whose holders are named
     * @param array[] $tree
     * @param bool $hidden
     * @return array[]
     */
    private static function summarize(array $ids, array $roles, array $tree, bool $hidden): array {
        global $DB;
        $courses = [];
        $teachers = [];
        $bytes = [];
        foreach (array_chunk($ids, self::BATCH) as $batch) {
            $courses += $DB->get_records_list('course', 'id', $batch, '',
                'id, category, shortname, fullname, idnumber, format, visible, startdate, enddate, timemodified');
            $teachers += self::teachers($batch, $roles);
            $bytes += self::file_bytes($batch);
        }
        unset($courses[SITEID]);
        $courses = array_filter($courses, function (\stdClass $course) use ($hidden): bool {
            return $hidden || $course->visible;
        });
        ksort($courses);
        \core_collator::asort_objects_by_property($courses, 'fullname');
        $summaries = [];
        foreach ($courses as $course) {
            $summaries[] = [
                'id' => (int) $course->id,
                'shortname' => $course->shortname,
                'fullname' => $course->fullname,
                'idnumber' => (string) $course->idnumber,
                'format' => $course->format,
                'visible' => (bool) $course->visible,
                'startdate' => (int) $course->startdate,
                'enddate' => (int) $course->enddate,
                'timemodified' => (int) $course->timemodified,
                'category' => categories::wire($tree, (int) $course->category),
                'teachers' => $teachers[$course->id] ?? [],
                'filebytes' => $bytes[$course->id] ?? 0,
            ];
        }
        return $summaries;
    }

    /**
     * Names of those who hold one of the roles in the course itself, at most twenty of each course.
     *
     * @param int[] $courseids
     * @param string[] $roles
     * @return string[][] by course
     */
    private static function teachers(array $courseids, array $roles): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'course');
        [$inroles, $roleparams] = $DB->get_in_or_equal($roles, SQL_PARAMS_NAMED, 'role');
        // Read row by row: one of the roles may be that of a hundred thousand students.
        $rows = $DB->get_recordset_sql(
            'SELECT x.instanceid AS courseid, u.id AS userid, ' . people::name_columns('u') . "
               FROM {context} x
               JOIN {role_assignments} a ON a.contextid = x.id
               JOIN {role} r ON r.id = a.roleid AND r.shortname {$inroles}
               JOIN {user} u ON u.id = a.userid AND u.deleted = 0
              WHERE x.contextlevel = :level AND x.instanceid {$in}
           ORDER BY u.lastname, u.firstname, u.id",
            $params + $roleparams + ['level' => CONTEXT_COURSE]
        );
        $teachers = [];
        foreach ($rows as $row) {
            $of = $teachers[$row->courseid] ?? [];
            if (count($of) < self::MAX_TEACHERS && !isset($of[$row->userid])) {
                $teachers[$row->courseid][$row->userid] = people::name($row);
            }
        }
        $rows->close();
        return array_map('array_values', $teachers);
    }

    /**
     * Bytes of what a backup would hold, each content once: files of the course, its activities and its blocks. Backups
     * that are kept in the course are no part of it.
     *
     * @param int[] $courseids
     * @return int[] by course
     */
    private static function file_bytes(array $courseids): array {
        global $DB;
        $params = ['l1' => CONTEXT_COURSE, 'l2' => CONTEXT_MODULE, 'l3' => CONTEXT_COURSE, 'l4' => CONTEXT_BLOCK];
        $in = [];
        foreach (['a', 'b', 'c'] as $prefix) {
            [$in[$prefix], $more] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, $prefix);
            $params += $more;
        }
        $files = "f.contextid = x.id AND f.filesize > 0 AND f.component <> 'backup'";
        $rows = $DB->get_records_sql(
            "SELECT found.courseid, SUM(found.filesize) AS bytes
               FROM (SELECT x.instanceid AS courseid, f.contenthash, f.filesize
                       FROM {context} x
                       JOIN {files} f ON {$files}
                      WHERE x.contextlevel = :l1 AND x.instanceid {$in['a']}
                      UNION
                     SELECT m.course AS courseid, f.contenthash, f.filesize
                       FROM {course_modules} m
                       JOIN {context} x ON x.contextlevel = :l2 AND x.instanceid = m.id
                       JOIN {files} f ON {$files}
                      WHERE m.course {$in['b']}
                      UNION
                     SELECT p.instanceid AS courseid, f.contenthash, f.filesize
                       FROM {context} p
                       JOIN {block_instances} b ON b.parentcontextid = p.id
                       JOIN {context} x ON x.contextlevel = :l4 AND x.instanceid = b.id
                       JOIN {files} f ON {$files}
                      WHERE p.contextlevel = :l3 AND p.instanceid {$in['c']}) found
           GROUP BY found.courseid",
            $params
        );
        return array_map(function (\stdClass $row): int {
            return (int) $row->bytes;
        }, $rows);
    }
}
