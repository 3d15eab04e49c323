<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Kinds of notices, each of which its receivers may set for themselves: on the site and by e-mail unless they do.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// Before Moodle 4.0 it was said apart for who is signed in and who is not.
$permitted = MESSAGE_PERMITTED + (defined('MESSAGE_DEFAULT_ENABLED') ? MESSAGE_DEFAULT_ENABLED : 3);

$messageproviders = [
    'carried' => ['defaults' => ['popup' => $permitted, 'email' => $permitted]],
    'partly' => ['defaults' => ['popup' => $permitted, 'email' => $permitted]],
    'failed' => ['defaults' => ['popup' => $permitted, 'email' => $permitted]],
    'attention' => ['defaults' => ['popup' => $permitted, 'email' => $permitted]],
    'digest' => ['defaults' => ['popup' => $permitted, 'email' => $permitted]],
];
unset($permitted);
