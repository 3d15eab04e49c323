<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * A pairing code was made.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class pairing_opened extends agent_event {
    protected const CRUD = 'c';
    protected const NAME = 'event_pairing_opened';
    protected const DESCRIPTION = 'made a pairing code for the profile';
}
