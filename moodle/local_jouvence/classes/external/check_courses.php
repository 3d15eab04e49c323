<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
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
        ]);
    }

    /**
     * @param int[] $ids
     * @return array
     */
    public static function execute($ids) {
        $params = self::validate_parameters(self::execute_parameters(), compact('ids'));
        self::enter('check_courses');
        self::require_count('ids', $params['ids'], 200);
        self::require_ids($params['ids'], ...array_keys($params['ids']));
        require_capability('moodle/course:view', \context_system::instance());
        $there = courses::exist($params['ids']);
        return ['courses' => array_map(function (int $id) use ($there): array {
            return ['id' => $id, 'exists' => $there[$id]];
        }, $params['ids'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('courses', shapes::one('', 'id', 'exists'));
    }
}
