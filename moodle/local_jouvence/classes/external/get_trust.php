<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\trust;

/**
 * The public half of the key by which this site signs tickets.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_trust extends base {
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
        self::enter('get_trust');
        return trust::public_key();
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('kid alg publickey');
    }
}
