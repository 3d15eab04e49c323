<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Names that are missing before Moodle 4.2, made from lib/externallib.php. Nothing else includes that file: from 4.2 on
 * it holds aliases that tests refuse, and since 5.0 trees no longer have them.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// Each by itself: another plugin may have made some of the aliases, for its own needs, before us.
foreach (
    [
        'external_api' => 'external_api',
        'external_description' => 'external_description',
        'external_value' => 'external_value',
        'external_single_structure' => 'external_single_structure',
        'external_multiple_structure' => 'external_multiple_structure',
        'external_function_parameters' => 'external_function_parameters',
        'external_settings' => 'external_settings',
        'util' => 'external_util',
    ] as $local_jouvence_new => $local_jouvence_old
) {
    if (!class_exists('core_external\\' . $local_jouvence_new)) {
        require_once($GLOBALS['CFG']->libdir . '/externallib.php');
        class_alias('\\' . $local_jouvence_old, 'core_external\\' . $local_jouvence_new);
    }
}
unset($local_jouvence_new, $local_jouvence_old);
