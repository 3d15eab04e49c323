<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\roles;

/**
 * Roles, and which of them the service account may give.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class list_roles extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([]);
    }

    /**
     * @return array
     */
    public static function execute() {
        return ['roles' => roles::all(self::enter('list_roles')->userid)];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('roles', shapes::one('shortname name archetype', 'id', 'assignable', [
            'levels' => shapes::texts(),
        ]));
    }
}
