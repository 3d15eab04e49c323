<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_value as value;
use local_jouvence\site;

/**
 * Installed plugins: type, name, version and state.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class list_plugins extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'type' => new value(PARAM_RAW, '', VALUE_DEFAULT, null, NULL_ALLOWED),
        ]);
    }

    /**
     * @param string|null $type null: every type
     * @return array
     */
    public static function execute($type = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('type'));
        self::enter('list_plugins');
        return ['plugins' => site::plugins($params['type'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('plugins', shapes::one('type name version', '', '', ['state' => shapes::maybe()]));
    }
}
