<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * Somebody went to Jouvence with a ticket of this site.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class ticket_given extends agent_event {
    protected const CRUD = 'r';
    protected const NAME = 'event_ticket_given';
    protected const DESCRIPTION = 'gave a ticket of this site for the profile';
}
