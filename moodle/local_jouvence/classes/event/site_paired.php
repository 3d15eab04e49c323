<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * A control plane has got a token.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class site_paired extends agent_event {
    protected const CRUD = 'c';
    protected const NAME = 'event_site_paired';
    protected const DESCRIPTION = 'paired the profile';
}
