<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\categories;

/**
 * The tree of categories, parents before children.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class list_categories extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'key' => shapes::if_given(),
        ]);
    }

    /**
     * @param string|null $key table:foreignkey:field
     * @return array
     */
    public static function execute($key = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('key'));
        self::enter('list_categories');
        self::require_key($params['key']);
        require_capability('moodle/category:viewhiddencategories', \context_system::instance());
        $tree = categories::tree($params['key']);
        $categories = [];
        foreach (array_keys($tree) as $id) {
            $categories[] = categories::wire($tree, $id);
        }
        return ['categories' => $categories];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('categories', shapes::category());
    }
}
