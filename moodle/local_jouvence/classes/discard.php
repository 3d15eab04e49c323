<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Takes a task back: nothing of it is to be left, and its key is used up.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class discard {
    /** A restored course may be taken back for a day, as long as nobody has opened or changed it. */
    private const TAKE_BACK_SECONDS = DAYSECS;

    /** For whoever only looks whether the task runs, or writes one part of an upload. */
    private const WAIT_SECONDS = 5;

    /**
     * @param string $key
     * @param int $userid who asks
     * @return array {before, removed: {archive, courseid}}; `running`: it is being stopped, ask again
     */
    public static function task(string $key, int $userid): array {
        $row = tasks::find($key, $userid);
        if (!$row) {
            return self::answer('unknown');
        }
        // Half a course is taken away whether whoever asked waits for it or not.
        ignore_user_abort(true);
        if ($row->state === 'running' && $row->kind !== 'upload' && runner::is_alive($row)) {
            return self::stop($row);
        }
        if ($row->state === 'running' && $row->kind !== 'upload') {
            // Whoever ran it has died, and what it left is removed here: nobody need wait for cron.
            $row = runner::interrupted($row);
        }
        $lock = runner::lock($row, self::WAIT_SECONDS);
        if (!$lock) {
            return self::stop($row);
        }
        try {
            $now = tasks::read((int) $row->id);
            if ($now->runs !== $row->runs) {
                return self::stop($now);
            }
            return self::remove($now);
        } finally {
            $lock->release();
        }
    }

    /**
     * Tells whoever runs it to stop and undo it.
     *
     * @param \stdClass $row
     * @return array
     */
    private static function stop(\stdClass $row): array {
        global $DB;
        if ($row->kind === 'upload') {
            throw new error('busy', 'a part of this upload is being written: try again');
        }
        $DB->execute("UPDATE {local_jouvence_tasks} SET stopping = 1 WHERE id = :id AND state IN ('waiting', 'running')",
            ['id' => $row->id]);
        return self::answer('running');
    }

    /**
     * @param \stdClass $row whose lock is held
     * @return array
     */
    private static function remove(\stdClass $row): array {
        global $DB;
        $before = $row->state;
        $courseid = $row->kind === 'restore' && $row->courseid ? (int) $row->courseid : null;
        if ($before === 'done' && $courseid !== null) {
            $courseid = self::take_back($row, $courseid);
        }
        tasks::unqueue($row);
        $archive = $row->kind === 'upload' ? archives::remove_upload((int) $row->id)
            : ($row->kind === 'backup' && archives::remove((int) $row->id));
        if ($row->kind === 'backup' && $before !== 'done' || $row->kind === 'restore') {
            undo::leftovers($row);
        }
        $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'discarded', 'stopping' => 0,
            'runner' => null, 'timefinished' => (int) $row->timefinished ?: time()]);
        return self::answer($before, $archive, $before === 'discarded' ? null : $courseid);
    }

    /**
     * @param \stdClass $row of a finished restore
     * @param int $courseid
     * @return int|null null when the course is gone already
     */
    private static function take_back(\stdClass $row, int $courseid): ?int {
        global $DB;
        $course = $DB->get_record('course', ['id' => $courseid]);
        if (!$course) {
            return null;
        }
        $end = (int) $row->timefinished;
        // Restored access times are older. Activities that came with the restore are older too.
        $used = $course->timemodified > $end
            || $DB->record_exists_select('user_lastaccess', 'courseid = :course AND timeaccess >= :since',
                ['course' => $courseid, 'since' => $end])
            || $DB->record_exists_select('course_modules', 'course = :course AND added > :since',
                ['course' => $courseid, 'since' => $end]);
        if ($used || time() - $end > self::TAKE_BACK_SECONDS) {
            throw new error('not-allowed',
                "course {$courseid} is finished and in use: delete it on the site if it should go");
        }
        return $courseid;
    }

    private static function answer(string $before, bool $archive = false, ?int $courseid = null): array {
        return ['before' => $before, 'removed' => ['archive' => $archive, 'courseid' => $courseid]];
    }
}
