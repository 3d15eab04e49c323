<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * The Jouvence agent: answers the agent protocol inside a Moodle site.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$plugin->component = 'local_jouvence';
$plugin->version = 2026112703;
$plugin->release = '0.1.0';
$plugin->maturity = MATURITY_BETA;
// Moodle 3.9, as a source only; 4.1 and later as anything.
$plugin->requires = 2020061500;
