<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * What Moodle's cron does for the plugin by itself.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$tasks = [
    [
        'classname' => 'local_jouvence\\task\\cleanup',
        'blocking' => 0,
        'minute' => '*/10',
        'hour' => '*',
        'day' => '*',
        'dayofweek' => '*',
        'month' => '*',
    ],
];
