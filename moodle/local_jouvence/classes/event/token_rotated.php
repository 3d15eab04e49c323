<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * A new token beside the present one.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class token_rotated extends agent_event {
    protected const CRUD = 'u';
    protected const NAME = 'event_token_rotated';
    protected const DESCRIPTION = 'made a new token for the profile';
}
