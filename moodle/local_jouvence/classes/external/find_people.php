<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\people;

/**
 * Accounts of which one field is exactly this.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class find_people extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'field' => shapes::text(),
            'value' => shapes::text(),
        ]);
    }

    /**
     * @param string $field
     * @param string $value
     * @return array
     */
    public static function execute($field, $value) {
        $params = self::validate_parameters(self::execute_parameters(), compact('field', 'value'));
        self::enter('find_people');
        self::require_one_of('field', $params['field'], ['username', 'email', 'idnumber']);
        return ['people' => people::find($params['field'], $params['value'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('people', shapes::one('username email idnumber fullname auth language', 'id firstaccess',
            'suspended'));
    }
}
