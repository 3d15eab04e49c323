<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use local_jouvence\people;

/**
 * For each of a list, every account that may be the same person.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class match_people extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'people' => shapes::text(),
        ]);
    }

    /**
     * @param string $people JSON
     * @return array
     */
    public static function execute($people) {
        $params = self::validate_parameters(self::execute_parameters(), compact('people'));
        self::enter('match_people');
        $asked = self::read_rows($params['people'], 'people', ['username', 'email', 'idnumber'], 20000);
        return ['people' => people::match($asked)];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('people', shapes::one('username', '', '', [
            'candidates' => new many(shapes::one('username email idnumber auth', 'id firstaccess', 'suspended admin')),
        ]));
    }
}
