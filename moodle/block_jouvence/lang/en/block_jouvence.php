<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * English.
 *
 * @package    block_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['go'] = 'Go to Jouvence';
$string['jouvence:addinstance'] = 'Add a Jouvence block';
$string['jouvence:myaddinstance'] = 'Add a Jouvence block to the dashboard';
$string['pluginname'] = 'Jouvence';
$string['privacy:metadata'] = 'The block keeps no data.';
$string['what'] = 'Bring your courses here from another platform.';
