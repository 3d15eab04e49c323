<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\admin;

defined('MOODLE_INTERNAL') || die();

require_once($GLOBALS['CFG']->libdir . '/adminlib.php');

use local_jouvence\category_keys;

/**
 * Keys of categories that Jouvence may read, one a line.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class category_keys_setting extends \admin_setting_configtextarea {
    /**
     * @param string $data
     * @return string|bool true, or why not
     */
    public function validate($data) {
        foreach (category_keys::read((string) $data) as $key) {
            $problem = category_keys::problem($key);
            if ($problem !== null) {
                return s($problem);
            }
        }
        return true;
    }
}
