<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Runs a backup or a restore, and knows whether whoever runs one is still alive.
 *
 * Whoever runs a task holds a Moodle lock named by it and by the number of the run. PostgreSQL, MariaDB and the file
 * system free a lock when its process dies, however it dies; a lock that is a row of the database stays. Where the lock
 * cannot tell, the process id and the time of the last heartbeat do.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class runner {
    /** Who dies in the middle of a task three times is killed by that task. */
    private const MOST_INTERRUPTIONS = 2;

    /** Factories whose locks end with their process. */
    private const ENDING_LOCKS = ['postgres_lock_factory', 'mysql_lock_factory', 'file_lock_factory'];

    /** Moodle tells of progress every few seconds, but one large file or query can take minutes. */
    private const SILENCE_SECONDS = 15 * MINSECS;

    /**
     * @param \stdClass $row
     * @param int $seconds to wait
     * @return \core\lock\lock|false
     */
    public static function lock(\stdClass $row, int $seconds) {
        return \core\lock\lock_config::get_lock_factory('local_jouvence')
            ->get_lock("task_{$row->id}_{$row->runs}", $seconds, DAYSECS);
    }

    /**
     * @param \stdClass $row that is said to be running
     * @return bool
     */
    public static function is_alive(\stdClass $row): bool {
        $lock = self::lock($row, 0);
        if ($lock) {
            $lock->release();
            return false;
        }
        $factory = \core\lock\lock_config::get_lock_factory_class();
        if (in_array(substr($factory, strrpos($factory, '\\') + 1), self::ENDING_LOCKS, true)) {
            return true;
        }
        [$pid, $host] = explode(' ', $row->runner . ' ', 2);
        if (trim($host) === gethostname() && function_exists('posix_kill') && (int) $pid > 0
                && !posix_kill((int) $pid, 0) && posix_get_last_error() === 3) {
            return false;
        }
        return time() - $row->heartbeat < self::SILENCE_SECONDS;
    }

    /**
     * Whoever ran the task has died: it is to be run again, or has failed. What was left behind is removed by the next
     * run, or by Moodle's cron when there is none: that may take longer than whoever asks can wait.
     *
     * @param \stdClass $row
     * @return \stdClass as it is now
     */
    public static function interrupted(\stdClass $row): \stdClass {
        global $DB;
        // Two who find out at once must not count it twice.
        $turn = \core\lock\lock_config::get_lock_factory('local_jouvence')->get_lock("turn_{$row->id}", 0, MINSECS);
        $now = tasks::read((int) $row->id);
        if (!$turn) {
            return $now;
        }
        try {
            if ($now->state !== 'running' || $now->runs !== $row->runs) {
                return $now;
            }
            $transaction = $DB->start_delegated_transaction();
            tasks::unqueue($now);
            $changes = ['id' => $now->id, 'runs' => $now->runs + 1, 'heartbeat' => time(), 'runner' => null];
            if ($now->runs >= self::MOST_INTERRUPTIONS && !$now->stopping) {
                $times = $now->runs + 1;
                $changes += ['state' => 'failed', 'errorcode' => 'site-error', 'timefinished' => time(), 'errormessage' =>
                    "the site's PHP ended {$times} times in the middle of this {$now->kind}: its log may say why " .
                    '(memory_limit, time limits, a restart)'];
            } else {
                $changes += ['state' => 'waiting', 'step' => 'waiting', 'progress' => 0];
            }
            $DB->update_record('local_jouvence_tasks', (object) $changes);
            tasks::queue((int) $now->id);
            $transaction->allow_commit();
            return tasks::read((int) $now->id);
        } finally {
            $turn->release();
        }
    }

    /**
     * Whether there is something to run: work, or what is left of work that ended badly.
     *
     * @param \stdClass $row
     * @return bool
     */
    public static function is_due(\stdClass $row): bool {
        switch ($row->kind === 'upload' ? 'upload' : $row->state) {
            case 'waiting':
                return true;
            case 'running':
                return !self::is_alive($row);
            case 'failed':
            case 'discarded':
                return $row->tempid !== null || ($row->kind === 'restore' && $row->courseid !== null);
            default:
                return false;
        }
    }

    /**
     * Does what the task asks for, and writes its end into the row. Never throws: Moodle would run it again for its own
     * reasons.
     *
     * @param int $id
     */
    public static function run(int $id): void {
        $row = tasks::read($id);
        // Whoever looks whether it runs holds the lock for a moment.
        $lock = $row && $row->kind !== 'upload' ? self::lock($row, 10) : false;
        if (!$lock) {
            return;
        }
        try {
            $now = tasks::read($id);
            if ($now->runs !== $row->runs) {
                return;
            }
            if ($now->state === 'running') {
                self::interrupted($now);
            } else if ($now->state === 'waiting' && !$now->stopping) {
                self::work($now);
            } else {
                self::undo($now);
            }
        } catch (\Throwable $e) {
            // The database may be the reason: the row stays as it is, and its free lock tells the rest.
            self::say($id, $e);
        } finally {
            $lock->release();
        }
    }

    /**
     * @param \stdClass $row whose lock is held
     */
    private static function work(\stdClass $row): void {
        global $DB;
        $DB->update_record('local_jouvence_tasks', (object) [
            'id' => $row->id, 'state' => 'running', 'step' => 'starting', 'progress' => 0, 'heartbeat' => time(),
            'timestarted' => time(), 'runner' => \core_text::substr(getmypid() . ' ' . gethostname(), 0, 255),
        ]);
        $warnings = new warnings();
        $before = $GLOBALS['USER'];
        try {
            // Of an earlier run that was killed. Half a course of many gigabytes takes its time, too.
            undo::leftovers($row);
            $row = tasks::read((int) $row->id);
            self::become((int) $row->userid);
            raise_memory_limit(MEMORY_HUGE);
            $beat = new heartbeat($row);
            $result = $row->kind === 'backup'
                ? backup_run::perform($row, $beat, $warnings)
                : restore_run::perform($row, $beat, $warnings);
            self::end($row, ['state' => 'done', 'progress' => 1] + $result, $warnings);
        } catch (\Throwable $e) {
            if ($DB->is_transaction_started()) {
                $DB->force_transaction_rollback();
            }
            self::settle($row, $e, $warnings);
        } finally {
            self::become_again($before);
        }
    }

    /**
     * What an error makes of the task.
     *
     * @param \stdClass $row
     * @param \Throwable $e
     * @param warnings $warnings
     */
    private static function settle(\stdClass $row, \Throwable $e, warnings $warnings): void {
        $now = tasks::read((int) $row->id);
        if (!$now || $now->runs !== $row->runs) {
            // Another run has taken this one's place, and removes what it left.
            return;
        }
        if ($now->stopping) {
            self::undo($now);
            return;
        }
        self::say((int) $row->id, $e);
        // Of two restores that deadlock, one is ended by the database; and it may have been away for a moment.
        if ($e instanceof \dml_exception && $now->runs < self::MOST_INTERRUPTIONS) {
            self::interrupted($now);
            return;
        }
        if ($now->state !== 'running') {
            return;
        }
        try {
            undo::leftovers($now);
        } catch (\Throwable $left) {
            // The scheduled task tries again; the row still names what is left.
            self::say((int) $row->id, $left);
        }
        $error = failure::of($e, $row->kind);
        self::end($row, ['state' => 'failed', 'errorcode' => $error->errorcode, 'errormessage' => $error->getMessage()],
            $warnings);
    }

    /**
     * Writes the end of a run, unless the task was discarded at the last moment.
     *
     * @param \stdClass $row
     * @param array $changes
     * @param warnings $warnings
     */
    private static function end(\stdClass $row, array $changes, warnings $warnings): void {
        global $DB;
        $changes += ['warnings' => json_encode($warnings->all(), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
            'timefinished' => time(), 'runner' => null];
        $sets = implode(', ', array_map(function (string $name): string {
            return "{$name} = :{$name}";
        }, array_keys($changes)));
        $DB->execute("UPDATE {local_jouvence_tasks} SET {$sets}
                       WHERE id = :thisid AND runs = :thisruns AND state = 'running' AND stopping = 0",
            $changes + ['thisid' => $row->id, 'thisruns' => $row->runs]);
        $now = tasks::read((int) $row->id);
        if ($now && $now->stopping && $now->runs === $row->runs) {
            self::undo($now);
        }
    }

    /**
     * Removes what is left of a task that has failed or is to be discarded.
     *
     * @param \stdClass $row whose lock is held
     */
    private static function undo(\stdClass $row): void {
        global $DB;
        if ($row->stopping && in_array($row->state, ['waiting', 'running'], true)) {
            undo::leftovers($row);
            $DB->update_record('local_jouvence_tasks', (object) [
                'id' => $row->id, 'state' => 'discarded', 'stopping' => 0, 'timefinished' => time(), 'runner' => null,
            ]);
        } else if (in_array($row->state, ['failed', 'discarded'], true)) {
            undo::leftovers($row);
        }
    }

    /**
     * Some of Moodle's checks ask the user of the session, not the one that a backup or restore was made for.
     *
     * @param int $userid
     */
    private static function become(int $userid): void {
        $user = \core_user::get_user($userid, '*', MUST_EXIST);
        if ($user->deleted || $user->suspended || rights::profile_of($userid) === null) {
            throw new error('not-allowed', 'the service account that asked for this is no longer in use here');
        }
        \core\session\manager::set_user($user);
    }

    /**
     * @param \stdClass $user
     */
    private static function become_again(\stdClass $user): void {
        if (CLI_SCRIPT && !PHPUNIT_TEST && !command::answers()) {
            // Moodle's cron expects its own user, with an empty session.
            method_exists('core\\cron', 'setup_user') ? \core\cron::setup_user() : cron_setup_user();
        } else {
            \core\session\manager::set_user($user);
        }
    }

    /**
     * For the log of Moodle's task; who asked gets what concerns them in the row.
     *
     * @param int $id
     * @param \Throwable $e
     */
    private static function say(int $id, \Throwable $e): void {
        if (PHPUNIT_TEST) {
            return;
        }
        mtrace("local_jouvence task {$id}: " . get_class($e) . ': ' . $e->getMessage());
        mtrace('  at ' . $e->getFile() . ':' . $e->getLine());
        if (!empty($e->debuginfo)) {
            mtrace('  ' . $e->debuginfo);
        }
    }
}
