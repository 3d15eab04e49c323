<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * How things stand, without a secret to read, and what the administrator alone may allow.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_jouvence', new lang_string('pluginname', 'local_jouvence'));
    if ($ADMIN->fulltree) {
        $settings->add(new admin_setting_heading('local_jouvence/status', '', \local_jouvence\connection::page()));
        $settings->add(new \local_jouvence\admin\category_keys_setting(
            'local_jouvence/categorykeys',
            new lang_string('categorykeys', 'local_jouvence'),
            new lang_string('categorykeys_desc', 'local_jouvence'),
            ''
        ));
    }
    $ADMIN->add('localplugins', $settings);
}
