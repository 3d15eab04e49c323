<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Ends a run from the inside: its task was discarded, or another run has taken its place. Thrown where Moodle reports
 * progress, so that a backup or restore of an hour does not go on for nobody.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class stopped extends \Exception {
}
