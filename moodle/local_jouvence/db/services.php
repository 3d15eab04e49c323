<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * The functions of the agent protocol, each in a class of its own name. Services are made by cli/setup.php, one for
 * each profile, and not here: a service declared here would be there on every site, switched on or not.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [];
foreach (
    [
        'get_site' => 'read',
        'get_connection' => 'read',
        'rotate_token' => 'write',
        'get_trust' => 'read',
        'list_roles' => 'read',
        'set_maintenance' => 'write',
        'list_plugins' => 'read',
        'find_people' => 'read',
        'match_people' => 'read',
        'list_courses' => 'read',
        'find_courses' => 'read',
        'search_courses' => 'read',
        'get_course' => 'read',
        'get_course_people' => 'read',
        'check_courses' => 'read',
        'list_categories' => 'read',
        'check_rights' => 'read',
        'enrol_person' => 'write',
        'send_notice' => 'write',
        'start_backup' => 'write',
        'start_restore' => 'write',
        'get_job' => 'read',
        'discard_job' => 'write',
        'grant_download' => 'write',
        'grant_upload' => 'write',
    ] as $name => $type
) {
    $functions['local_jouvence_' . $name] = [
        'classname' => 'local_jouvence\\external\\' . $name,
        'methodname' => 'execute',
        'description' => 'Agent protocol of Jouvence: ' . $name,
        'type' => $type,
        'ajax' => false,
    ];
}
unset($name, $type);
