<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * A block that leads to Jouvence.
 *
 * @package    block_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$plugin->component = 'block_jouvence';
$plugin->version = 2026112100;
$plugin->release = '0.1.0';
$plugin->maturity = MATURITY_BETA;
$plugin->requires = 2020061500;
$plugin->dependencies = ['local_jouvence' => 2026112100];
