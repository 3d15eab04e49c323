<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_single_structure as one;
use core_external\external_value as value;
use local_jouvence\site;

/**
 * Closes the site to people, or opens it. Works while it is closed.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class set_maintenance extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'enabled' => shapes::bool(),
            'message' => new value(PARAM_RAW, '', VALUE_DEFAULT, null, NULL_ALLOWED),
        ]);
    }

    /**
     * @param bool $enabled
     * @param string|null $message
     * @return array
     */
    public static function execute($enabled, $message = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('enabled', 'message'));
        self::enter('set_maintenance');
        // Whoever closes a site without this right cannot open it again.
        require_capability('moodle/site:maintenanceaccess', \context_system::instance());
        return ['before' => site::set_maintenance($params['enabled'], $params['message'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return new one(['before' => shapes::one('message', '', 'enabled')]);
    }
}
