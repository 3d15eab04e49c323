<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\task;

use local_jouvence\archives;
use local_jouvence\grants;
use local_jouvence\notices;
use local_jouvence\runner;
use local_jouvence\tasks;
use local_jouvence\undo;

/**
 * Removes what nobody came for: archives of a day, rows of a month; and looks after tasks that nobody asks about.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class cleanup extends \core\task\scheduled_task {
    /**
     * @return string
     */
    public function get_name() {
        return get_string('task_cleanup', 'local_jouvence');
    }

    /**
     * Whatever goes wrong with one row must not keep the others.
     */
    public function execute() {
        global $DB;
        $now = time();
        grants::remove_old($now);
        foreach ($DB->get_records_select('local_jouvence_tasks', "state IN ('waiting', 'running') AND kind <> 'upload'") as $row) {
            tasks::look_after($row);
        }
        // Half a course that could not be removed at once.
        $this->each("kind = 'restore' AND state IN ('failed', 'discarded') AND courseid IS NOT NULL", [],
            function (\stdClass $row): void {
                $lock = runner::lock($row, 0);
                if ($lock) {
                    try {
                        undo::leftovers($row);
                    } finally {
                        $lock->release();
                    }
                }
            });
        $this->each("timefinished BETWEEN 1 AND :before AND state IN ('done', 'failed', 'discarded')",
            ['before' => $now - archives::LIFE_SECONDS],
            function (\stdClass $row) use ($now, $DB): void {
                if ($row->kind === 'backup') {
                    archives::remove((int) $row->id);
                }
                if ($row->timefinished < $now - tasks::KEEP_SECONDS) {
                    $DB->delete_records('local_jouvence_tasks', ['id' => $row->id]);
                }
            });
        notices::remove_old($now);
        $this->remove_old_uploads($now);
    }

    /**
     * @param string $where
     * @param array $params
     * @param callable $do with each row
     */
    private function each(string $where, array $params, callable $do): void {
        global $DB;
        foreach ($DB->get_records_select('local_jouvence_tasks', $where, $params, 'id') as $row) {
            try {
                $do($row);
            } catch (\Throwable $e) {
                mtrace("  task {$row->id}: " . $e->getMessage());
            }
        }
    }

    /**
     * An upload that goes on is touched by each part.
     *
     * @param int $now
     */
    private function remove_old_uploads(int $now): void {
        global $DB;
        foreach (glob(make_temp_directory('local_jouvence') . '/upload-*') ?: [] as $path) {
            if (filemtime($path) < $now - archives::LIFE_SECONDS) {
                @unlink($path);
            }
        }
        // Rows of uploads that never ended.
        $DB->delete_records_select('local_jouvence_tasks',
            "kind = 'upload' AND state IN ('waiting', 'running') AND timecreated < :before",
            ['before' => $now - tasks::KEEP_SECONDS]);
    }
}
