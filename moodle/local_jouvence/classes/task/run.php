<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\task;

/**
 * Runs one backup or restore that a control plane asked for. All that matters stands in the plugin's own row: this only
 * makes Moodle's cron do it, and however it ends, Moodle has no reason to run it again.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class run extends \core\task\adhoc_task {
    /**
     * @return string
     */
    public function get_name() {
        return get_string('task_run', 'local_jouvence');
    }

    /**
     * Asked by Moodle 4.4 and later.
     *
     * @return bool
     */
    public function retry_until_success(): bool {
        return false;
    }

    /**
     * Never throws.
     */
    public function execute() {
        \local_jouvence\runner::run((int) $this->get_custom_data()->taskid);
    }
}
