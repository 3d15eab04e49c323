<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * From one version of the plugin to the next.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

/**
 * @param int $oldversion
 * @return bool
 */
function xmldb_local_jouvence_upgrade($oldversion) {
    global $DB;
    if ($oldversion < 2026112700) {
        $table = new xmldb_table('local_jouvence_notices');
        if (!$DB->get_manager()->table_exists($table)) {
            $DB->get_manager()->install_one_table_from_xmldb_file(__DIR__ . '/install.xml', 'local_jouvence_notices');
        }
        // Profiles that are set up get what is new, and nothing else: who switched something off there had a reason.
        \local_jouvence\setup::renew(['get_course_people', 'check_courses', 'send_notice']);
        upgrade_plugin_savepoint(true, 2026112700, 'local', 'jouvence');
    }
    if ($oldversion < 2026112703) {
        \local_jouvence\setup::renew(['search_courses']);
        upgrade_plugin_savepoint(true, 2026112703, 'local', 'jouvence');
    }
    return true;
}
