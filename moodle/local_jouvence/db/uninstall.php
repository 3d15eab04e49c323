<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Accounts, roles, services and tokens that cli/setup.php made go with the plugin.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

/**
 * @return bool
 */
function xmldb_local_jouvence_uninstall() {
    foreach (\local_jouvence\rights::profiles() as $profile) {
        if (\local_jouvence\rights::userid($profile)) {
            \local_jouvence\setup::remove($profile);
        }
    }
    return true;
}
