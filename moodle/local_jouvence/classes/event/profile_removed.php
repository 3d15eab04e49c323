<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * Takes a profile away.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class profile_removed extends agent_event {
    protected const CRUD = 'd';
    protected const NAME = 'event_profile_removed';
    protected const DESCRIPTION = 'removed the profile';
}
