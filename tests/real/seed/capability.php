<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** A role of the whole site that holds these capabilities, or not any more, for one person: {username, capabilities: name => bool}. Answer: {roleid}. */

require(__DIR__ . '/start.php');

$input = seed_input();
$userid = $DB->get_field('user', 'id', ['username' => $input->username], MUST_EXIST);
$shortname = 'of' . preg_replace('/[^a-z]/', '', $input->username);
$roleid = $DB->get_field('role', 'id', ['shortname' => $shortname]) ?: create_role("Of $input->username", $shortname, '');
set_role_contextlevels($roleid, [CONTEXT_SYSTEM]);
foreach ((array)$input->capabilities as $capability => $isheld) {
    assign_capability($capability, $isheld ? CAP_ALLOW : CAP_INHERIT, $roleid, context_system::instance()->id, true);
}
role_assign($roleid, $userid, context_system::instance()->id);
seed_answer(['roleid' => (int)$roleid]);
