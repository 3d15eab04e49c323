<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\command;
use local_jouvence\error;
use local_jouvence\tokens;

/**
 * A new token; the one of this call ends when the new one is first used.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class rotate_token extends base {
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
        $profile = self::enter('rotate_token')->profile;
        if (command::answers()) {
            throw new error('unsupported', 'the command line needs no token, and is given none');
        }
        return (array) tokens::rotate($profile);
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('token', 'expires');
    }
}
