<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Callbacks of Moodle's that are looked for by name here.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

/**
 * The way to Jouvence where there is no hook for it.
 *
 * @return string
 */
function local_jouvence_render_navbar_output() {
    return \local_jouvence\navigation::navbar();
}
