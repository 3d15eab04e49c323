<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Strasbourg's block as a server: web services by REST, the block's own set-up, and a token for its account.
 * Answer: {token}.
 */

require(__DIR__ . '/start.php');
require_once($CFG->dirroot . '/webservice/lib.php');
require_once($CFG->dirroot . '/blocks/my_external_backup_restore_courses/locallib.php');
require_once($CFG->libdir . '/externallib.php');
require_once($CFG->libdir . '/clilib.php');

set_config('enablewebservices', 1);
set_config('webserviceprotocols', 'rest');
block_my_external_backup_restore_courses_tools::install_webservice_moodle_server();
$service = $DB->get_record('external_services', ['shortname' => 'wsblockmyexternalbakcuprestorecourses'], '*', MUST_EXIST);
$user = $DB->get_record('user', ['username' => 'block_my_external_backup_restore_courses_user'], '*', MUST_EXIST);
$role = $DB->get_record('role', ['shortname' => 'block_my_external_backup_restore_courses_ws'], '*', MUST_EXIST);
// The first lines of the block leave this and the token to the administrator.
assign_capability('webservice/rest:use', CAP_ALLOW, $role->id, context_system::instance()->id, true);
$token = $DB->get_field('external_tokens', 'token', ['userid' => $user->id, 'externalserviceid' => $service->id], IGNORE_MULTIPLE);
if (!$token) {
    $token = external_generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $user->id, context_system::instance());
}
seed_answer(['token' => $token]);
