<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Removes what a run that failed, was killed or was discarded left behind.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class undo {
    /**
     * Of a task that is not finished (or no longer): half a course, taken-apart archives, backups in Moodle's own areas.
     *
     * @param \stdClass $row
     */
    public static function leftovers(\stdClass $row): void {
        global $DB;
        if ($row->tempid) {
            self::remove_directory($row->tempid);
        }
        if ($row->kind === 'backup') {
            archives::remove_stray((int) $row->courseid, (int) $row->userid, $row->filename);
            archives::remove((int) $row->id);
            $DB->update_record('local_jouvence_tasks', (object) [
                'id' => $row->id, 'tempid' => null, 'filename' => null, 'sizebytes' => null, 'sha256' => null]);
        } else if ($row->kind === 'restore') {
            if ($row->courseid) {
                self::delete_course((int) $row->courseid);
            }
            $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'tempid' => null, 'courseid' => null]);
        }
    }

    /**
     * @param string $tempid of a backup or restore
     */
    public static function remove_directory(string $tempid): void {
        global $CFG;
        if (!preg_match('/^[0-9a-f]{32,64}$/D', $tempid)) {
            throw new \coding_exception('not the name of a directory of ours: ' . $tempid);
        }
        $path = make_backup_temp_directory('') . '/' . $tempid;
        if (is_dir($path)) {
            require_once($CFG->libdir . '/filelib.php');
            fulldelete($path);
        }
        // Moodle's own log of the run.
        if (is_file($path . '.log')) {
            @unlink($path . '.log');
        }
    }

    /**
     * @param int $courseid
     */
    public static function delete_course(int $courseid): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/lib.php');
        $course = $DB->get_record('course', ['id' => $courseid]);
        if (!$course || $courseid === (int) SITEID) {
            return;
        }
        \core_php_time_limit::raise(HOURSECS);
        raise_memory_limit(MEMORY_HUGE);
        // Else the recycle bin would first make a backup of the wreck.
        $course->deletesource = 'restore';
        self::with_all_modules($courseid, function () use ($course): void {
            if (!delete_course($course, false)) {
                throw new \moodle_exception('errordeletecourse', 'error', '', null, "course {$course->id}");
            }
        });
        fix_course_sortorder();
    }

    /**
     * Some modules cannot delete an activity while they are switched off on the site (mod_bigbluebuttonbn looks for it
     * among those that are shown), and with it the whole course stays. For this one transaction they are on, and nobody
     * else sees that.
     *
     * @param int $courseid
     * @param callable $do
     */
    private static function with_all_modules(int $courseid, callable $do): void {
        global $DB;
        $off = $DB->get_fieldset_sql('SELECT DISTINCT m.id FROM {modules} m JOIN {course_modules} c ON c.module = m.id
            WHERE c.course = :course AND m.visible = 0', ['course' => $courseid]);
        if (!$off) {
            $do();
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($off);
        $transaction = $DB->start_delegated_transaction();
        try {
            $DB->set_field_select('modules', 'visible', 1, "id {$in}", $params);
            rebuild_course_cache($courseid, true);
            $do();
            $DB->set_field_select('modules', 'visible', 0, "id {$in}", $params);
            $transaction->allow_commit();
        } catch (\Throwable $e) {
            $transaction->rollback($e);
        }
    }
}
