<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * People of a course, by the roles that they hold in it or in a category above it; not by enrolments, as with lists of
 * courses: on a retired platform they are over.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class course_people {
    /** In one answer. */
    private const AT_ONCE = 200;

    /**
     * In the order of the ids.
     *
     * @param int $courseid
     * @param string[] $roles short names
     * @param int $after only accounts with greater ids
     * @return array {people, more}
     */
    public static function of(int $courseid, array $roles, int $after): array {
        global $DB;
        [$inroles, $params] = $DB->get_in_or_equal($roles, SQL_PARAMS_NAMED, 'role');
        [$incontexts, $more] = $DB->get_in_or_equal(self::contexts($courseid), SQL_PARAMS_NAMED, 'context');
        // Read row by row: one of the roles may be that of a hundred thousand students.
        $rows = $DB->get_recordset_sql(
            'SELECT DISTINCT u.id, u.username, u.email, u.idnumber, u.auth, u.suspended, ' . people::name_columns('u') . ",
                    r.shortname AS role
               FROM {role_assignments} a
               JOIN {role} r ON r.id = a.roleid AND r.shortname {$inroles}
               JOIN {user} u ON u.id = a.userid AND u.deleted = 0
              WHERE a.contextid {$incontexts} AND u.id > :after
           ORDER BY u.id, r.shortname",
            $params + $more + ['after' => $after]
        );
        $people = [];
        $ismore = false;
        foreach ($rows as $row) {
            $id = (int) $row->id;
            if (!isset($people[$id])) {
                $ismore = count($people) === self::AT_ONCE;
                if ($ismore) {
                    break;
                }
                $people[$id] = [
                    'id' => $id,
                    'username' => $row->username,
                    'email' => $row->email,
                    'idnumber' => $row->idnumber,
                    'fullname' => people::name($row),
                    'auth' => $row->auth,
                    'suspended' => (bool) $row->suspended,
                    'roles' => [],
                ];
            }
            $people[$id]['roles'][] = $row->role;
        }
        $rows->close();
        return ['people' => array_values($people), 'more' => $ismore];
    }

    /**
     * The course's own and those of the categories above it, not the whole site's.
     *
     * @param int $courseid
     * @return int[]
     */
    private static function contexts(int $courseid): array {
        $course = \context_course::instance($courseid);
        $ids = [$course->id];
        foreach ($course->get_parent_contexts() as $context) {
            if ($context->contextlevel === CONTEXT_COURSECAT) {
                $ids[] = $context->id;
            }
        }
        return $ids;
    }
}
