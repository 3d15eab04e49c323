<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * The rows of long work: backups and restores, which Moodle's cron runs, and uploads, which come from outside in parts.
 *
 * - `waiting`: asked for; nothing was done yet. Moodle's ad-hoc task `adhocid` is to run it. An upload waits for its
 *   first part.
 * - `running`: somebody runs it and holds its lock (see runner). If the lock is free, that one has died: what it left
 *   is removed and the task is `waiting` again, twice; then it is failed.
 * - `done`: finished. Of a restore, the course exists; of a backup or an upload, the archive is here for a day.
 * - `failed`: ended by an error that trying again would meet again; nothing of it is left.
 * - `discarded`: taken back by the caller; nothing of it is left, and its key is used up. What is discarded while it
 *   runs stays `running` (with `stopping`) until whoever runs it has undone it.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class tasks {
    /** Whoever asks looks every second or two: an ad-hoc task that is gone is put back after this long. */
    private const LOST_SECONDS = 20;

    /** Rows are kept for this long after their end, so that a late repetition of a call is still answered. */
    public const KEEP_SECONDS = 30 * DAYSECS;

    /**
     * @param string $name of the parameter
     * @param string $key
     */
    public static function require_key(string $name, string $key): void {
        if (!preg_match('/^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$/D', $key)) {
            throw new \invalid_parameter_exception("{$name}: must be 3 to 100 letters, digits, dots, dashes and underscores");
        }
    }

    /**
     * @param string $sha256
     */
    public static function require_sha256(string $sha256): void {
        if (!preg_match('/^[0-9a-f]{64}$/D', $sha256)) {
            throw new \invalid_parameter_exception('sha256: must be a SHA-256 in lower-case hexadecimal');
        }
    }

    /**
     * The task of this key: a new one, or the same that was asked for before.
     *
     * @param string $kind backup, upload or restore
     * @param string $key
     * @param array $params as asked
     * @param int $userid who asks
     * @param int|null $courseid
     * @return \stdClass its row
     */
    public static function ask(string $kind, string $key, array $params, int $userid, ?int $courseid = null): \stdClass {
        ksort($params);
        $params = json_encode($params, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        $row = self::find($key);
        if (!$row) {
            $row = self::insert((object) [
                'taskkey' => $key, 'kind' => $kind, 'state' => 'waiting', 'userid' => $userid, 'params' => $params,
                'courseid' => $courseid, 'step' => 'waiting', 'timecreated' => time(),
            ]);
        }
        $same = $row && $row->taskkey === $key && $row->kind === $kind && $row->params === $params
            && (int) $row->userid === $userid;
        if (!$same) {
            throw new error('conflict', "the key {$key} was used for something else");
        }
        return $row;
    }

    /**
     * The row and what is to run it come together; of two who ask at once, one makes them.
     *
     * @param \stdClass $row
     * @return \stdClass|null
     */
    private static function insert(\stdClass $row): ?\stdClass {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        try {
            $row->id = $DB->insert_record('local_jouvence_tasks', $row);
            if ($row->kind !== 'upload') {
                self::queue((int) $row->id);
            }
            $transaction->allow_commit();
        } catch (\dml_write_exception $e) {
            try {
                $transaction->rollback($e);
            } catch (\dml_write_exception $again) {
                // Moodle always throws what it was rolled back for. Unless the key is there by now, in this or another
                // case, it was something else: tables of an older version, a full disk.
                if (!$DB->record_exists('local_jouvence_tasks', ['taskkey' => $row->taskkey])) {
                    throw $again;
                }
                return self::find($row->taskkey);
            }
        }
        return self::read((int) $row->id);
    }

    /**
     * @param string $key
     * @param int|null $userid whose: whose key it is not is told that there is none
     * @return \stdClass|null
     */
    public static function find(string $key, ?int $userid = null): ?\stdClass {
        global $DB;
        $row = $DB->get_record('local_jouvence_tasks', ['taskkey' => $key]);
        // MariaDB compares without regard to case.
        if (!$row || $row->taskkey !== $key || ($userid !== null && (int) $row->userid !== $userid)) {
            return null;
        }
        return $row;
    }

    /**
     * @param int $id
     * @return \stdClass|null
     */
    public static function read(int $id): ?\stdClass {
        global $DB;
        return $DB->get_record('local_jouvence_tasks', ['id' => $id]) ?: null;
    }

    /**
     * @param \stdClass $row
     * @return array
     */
    public static function params(\stdClass $row): array {
        return json_decode($row->params, true);
    }

    /**
     * Asks Moodle to run the task when its cron comes by. A call of the command line runs it itself: should that one die,
     * the next call for the key goes on, or else the scheduled task of this plugin, after a while.
     *
     * @param int $id
     */
    public static function queue(int $id): void {
        global $DB;
        if (command::answers()) {
            $DB->set_field('local_jouvence_tasks', 'adhocid', null, ['id' => $id]);
            return;
        }
        $adhoc = new task\run();
        $adhoc->set_component('local_jouvence');
        $adhoc->set_custom_data(['taskid' => $id]);
        $DB->set_field('local_jouvence_tasks', 'adhocid', \core\task\manager::queue_adhoc_task($adhoc), ['id' => $id]);
    }

    /**
     * Moodle holds an ad-hoc task that was killed for running for an hour, and then runs it again by itself: it has to go.
     *
     * @param \stdClass $row
     */
    public static function unqueue(\stdClass $row): void {
        global $DB;
        if ($row->adhocid) {
            $DB->delete_records('task_adhoc', ['id' => $row->adhocid]);
        }
    }

    /**
     * The task as it stands now: who ran it may have died, or somebody may have emptied Moodle's list of ad-hoc tasks.
     *
     * @param \stdClass $row
     * @return \stdClass
     */
    public static function look_after(\stdClass $row): \stdClass {
        global $DB;
        if ($row->kind === 'upload') {
            return $row;
        }
        if ($row->state === 'running' && !runner::is_alive($row)) {
            return runner::interrupted($row);
        }
        if ($row->state === 'waiting' && time() - max($row->timecreated, $row->heartbeat) > self::LOST_SECONDS
                && !$DB->record_exists('task_adhoc', ['id' => $row->adhocid])) {
            $lock = runner::lock($row, 0);
            if ($lock) {
                $now = self::read((int) $row->id);
                if ($now->state === 'waiting' && $now->adhocid === $row->adhocid) {
                    self::queue((int) $row->id);
                }
                $lock->release();
            }
        }
        return self::read((int) $row->id);
    }

    /**
     * As it travels. What is null is left out: before Moodle 4.2 a structure cannot be null.
     *
     * @param \stdClass $row
     * @return array
     */
    public static function to_wire(\stdClass $row): array {
        $wire = [
            'key' => $row->taskkey,
            'kind' => $row->kind,
            'state' => $row->state,
            'progress' => $row->state === 'done' ? 1.0 : self::progress($row),
            'step' => $row->state === 'running' && $row->kind !== 'upload' ? $row->step : $row->state,
            'warnings' => $row->warnings ? json_decode($row->warnings, true) : [],
            'courseid' => $row->courseid ? (int) $row->courseid : null,
        ];
        if ($row->errorcode) {
            $wire['error'] = ['code' => $row->errorcode, 'message' => $row->errormessage];
        }
        if ($row->sha256) {
            $wire['archive'] = [
                'filename' => $row->filename, 'sizebytes' => (int) $row->sizebytes, 'sha256' => $row->sha256,
            ];
        }
        return $wire;
    }

    private static function progress(\stdClass $row): float {
        if ($row->kind !== 'upload') {
            return (float) $row->progress;
        }
        $size = self::params($row)['sizebytes'];
        return $size > 0 ? $row->received / $size : 0.0;
    }
}
