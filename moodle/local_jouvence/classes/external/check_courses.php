<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use core_external\external_value as value;
use local_jouvence\courses;

/**
 * Which of many courses are there.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class check_courses extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'ids' => new many(shapes::int()),
            'userid' => new value(PARAM_INT, '', VALUE_DEFAULT, null, NULL_ALLOWED),
        ]);
    }

    /**
     * @param int[] $ids
     * @param int|null $userid who is looked for among the enrolled
     * @return array
     */
    public static function execute($ids, $userid = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('ids', 'userid'));
        self::enter('check_courses');
        self::require_count('ids', $params['ids'], 200);
        self::require_ids($params['ids'], ...array_keys($params['ids']));
        require_capability('moodle/course:view', \context_system::instance());
        $there = courses::exist($params['ids']);
        $enrolled = null;
        if ($params['userid'] !== null) {
            self::require_ids($params, 'userid');
            $enrolled = courses::enrolled_in($params['ids'], $params['userid']);
        }
        return ['courses' => array_map(function (int $id) use ($there, $enrolled): array {
            $course = ['id' => $id, 'exists' => $there[$id]];
            return $enrolled === null ? $course : $course + ['enrolled' => $there[$id] && isset($enrolled[$id])];
        }, $params['ids'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('courses', shapes::one('', 'id', 'exists', [
            'enrolled' => new value(PARAM_BOOL, '', VALUE_OPTIONAL, null, NULL_NOT_ALLOWED),
        ]));
    }
}
