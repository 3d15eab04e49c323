<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use core_external\external_value as value;
use local_jouvence\courses;

/**
 * Every course of the site, or those that words find.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class search_courses extends base {
    /** Courses in one answer. */
    private const MOST = 200;

    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'text' => shapes::text(),
            'before' => new value(PARAM_INT, '', VALUE_DEFAULT, 0, NULL_NOT_ALLOWED),
            'limit' => new value(PARAM_INT, '', VALUE_DEFAULT, 50, NULL_NOT_ALLOWED),
            'key' => shapes::if_given(),
        ]);
    }

    /**
     * @param string $text words
     * @param int $before only courses with lesser ids
     * @param int $limit
     * @param string|null $key of categories, table:foreignkey:field
     * @return array
     */
    public static function execute($text, $before = 0, $limit = 50, $key = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('text', 'before', 'limit', 'key'));
        self::enter('search_courses');
        if (\core_text::strlen($params['text']) > 255 || $params['before'] < 0) {
            throw new \invalid_parameter_exception('text: must be at most 255 characters; before: must be an id');
        }
        if ($params['limit'] < 1 || $params['limit'] > self::MOST) {
            throw new \invalid_parameter_exception('limit: must be 1 to ' . self::MOST);
        }
        self::require_key($params['key']);
        $system = \context_system::instance();
        require_capability('moodle/course:view', $system);
        $hidden = has_capability('moodle/course:viewhiddencourses', $system);
        return courses::search($params['text'], $params['before'], $params['limit'], $hidden, $params['key']);
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('', 'total', 'more', ['courses' => new many(shapes::course())]);
    }
}
