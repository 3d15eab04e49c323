<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * Sets up or repairs a profile.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class profile_set_up extends agent_event {
    protected const CRUD = 'u';
    protected const NAME = 'event_profile_set_up';
    protected const DESCRIPTION = 'set up the profile';
}
