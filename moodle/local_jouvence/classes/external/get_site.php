<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_value as value;
use local_jouvence\site;

/**
 * What the site is and how it is.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_site extends base {
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
        self::enter('get_site');
        return site::facts();
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('identifier name url kind release php database agent timezone language',
            'branch lastcron filebytes clock uploadpartbytes', 'maintenance', [
                'protocol' => shapes::one('', 'min max'),
                'counts' => shapes::one('', 'courses people'),
                'identityfields' => shapes::texts(),
                'defaultcategoryid' => new value(PARAM_INT, '', VALUE_REQUIRED, null, NULL_ALLOWED),
            ]);
    }
}
