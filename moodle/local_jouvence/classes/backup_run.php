<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Makes a backup of a course by Moodle's own code, as admin/cli/backup.php does, and takes it into the plugin's area.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class backup_run {
    /** What a course is made of, with people or without. */
    private const CONTENTS = [
        'activities', 'blocks', 'files', 'filters', 'badges', 'calendarevents', 'questionbank', 'groups', 'competencies',
        'customfield', 'contentbankcontent', 'legacyfiles',
    ];

    /** What people did, and who they are. Logs stay at home: they are about people alone. */
    private const PEOPLE = ['role_assignments', 'comments', 'userscompletion', 'grade_histories', 'xapistate'];

    /**
     * Moodle's own code for it, some hundred files.
     */
    public static function load(): void {
        global $CFG;
        require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
    }

    /**
     * @param \stdClass $row of the task
     * @param heartbeat $beat
     * @param warnings $warnings
     * @return array columns of the row: filename, sizebytes, sha256
     */
    public static function perform(\stdClass $row, heartbeat $beat, warnings $warnings): array {
        global $DB;
        self::load();
        ['courseid' => $courseid, 'people' => $people] = tasks::params($row);
        if (!$DB->record_exists('course', ['id' => $courseid])) {
            throw new error('not-found', "there is no course {$courseid}");
        }
        $filename = self::filename($courseid, $people, (int) $row->id);
        $DB->set_field('local_jouvence_tasks', 'filename', $filename, ['id' => $row->id]);
        $beat->tell(0, 'reading');
        $controller = new \backup_controller(\backup::TYPE_1COURSE, $courseid, \backup::FORMAT_MOODLE,
            \backup::INTERACTIVE_NO, \backup::MODE_GENERAL, $row->userid);
        try {
            $DB->set_field('local_jouvence_tasks', 'tempid', $controller->get_backupid(), ['id' => $row->id]);
            self::configure($controller, $people, $filename, $warnings);
            self::tell_unsupported($courseid, $warnings);
            // Again, as Moodle's own automated backups do: later steps read the settings from the database.
            $controller->set_status(\backup::STATUS_AWAITING);
            $controller->set_progress(new moodle_progress($beat, 0.02, 0.9, 'writing'));
            $controller->execute_plan();
            $results = $controller->get_results();
        } catch (\Throwable $e) {
            throw failure::on_disk($e);
        } finally {
            $controller->destroy();
            self::drop_temporary_tables();
            undo::remove_directory($controller->get_backupid());
        }
        self::tell_missing_files($results, $warnings);
        $file = $results['backup_destination'] ?? null;
        if (!$file) {
            $stray = archives::stray($courseid, (int) $row->userid, $filename);
            $file = reset($stray);
        }
        if (!$file) {
            throw new error('site-error', 'Moodle made the backup and kept no file of it');
        }
        return self::keep($row, archives::take((int) $row->id, $file, $filename), $beat);
    }

    /**
     * @param \backup_controller $controller
     * @param bool $people
     * @param string $filename
     * @param warnings $warnings
     */
    private static function configure(\backup_controller $controller, bool $people, string $filename, warnings $warnings): void {
        $plan = $controller->get_plan();
        $settings = new plan_settings($plan, 'backup');
        // First: most of the others hang on it.
        $wanted = ['users' => $people, 'anonymize' => false];
        // Backups for other systems instead of Moodle's own.
        foreach (\convert_helper::available_converters(false) as $converter) {
            $wanted[$converter] = false;
        }
        $wanted += array_fill_keys(self::CONTENTS, true) + array_fill_keys(self::PEOPLE, $people) +
            ['logs' => false, 'filename' => $filename];
        if (!\core_competency\api::is_enabled()) {
            $wanted['competencies'] = false;
        }
        $tied = $settings->apply($wanted);
        $settings->apply_to_parts(true, $people);
        if (in_array('badges', $tied, true) && self::has_badges($controller->get_courseid())) {
            $warnings->add('badges-left-out', 'warning', 'badges',
                'This version of Moodle puts badges only into a backup with people.',
                'Make the badges again, or ask for the course with people.');
        }
    }

    /**
     * @param int $courseid
     * @return bool
     */
    private static function has_badges(int $courseid): bool {
        global $DB;
        return $DB->record_exists('badge', ['courseid' => $courseid]);
    }

    /**
     * Moodle leaves activities whose module cannot make backups out without a word.
     *
     * @param int $courseid
     * @param warnings $warnings
     */
    private static function tell_unsupported(int $courseid, warnings $warnings): void {
        foreach (get_fast_modinfo($courseid)->get_cms() as $cm) {
            if (!plugin_supports('mod', $cm->modname, FEATURE_BACKUP_MOODLE2)) {
                $warnings->add('module-without-backup', 'warning', "{$cm->modname} “{$cm->name}”",
                    "The module mod_{$cm->modname} cannot make backups: the activity is left out.",
                    'Make the activity again by hand.');
            }
        }
    }

    /**
     * @param array $results of Moodle's plan
     * @param warnings $warnings
     */
    private static function tell_missing_files(array $results, warnings $warnings): void {
        if (!empty($results['missing_files_in_pool'])) {
            $warnings->add('files-missing', 'warning', 'files',
                'The contents of some files are missing on the site itself: they are not in the backup.',
                'Look into the course for files that cannot be opened.');
        }
        if (!empty($results['include_file_references_to_external_content'])) {
            $warnings->add('files-external', 'info', 'files',
                'Some files are aliases into a repository of this site: they come only as references.',
                'Put these files into the course itself.');
        }
    }

    /**
     * Moodle's default name, with the task's id: two backups of one minute would replace each other.
     *
     * @param int $courseid
     * @param bool $people
     * @param int $taskid
     * @return string
     */
    private static function filename(int $courseid, bool $people, int $taskid): string {
        $name = \backup_plan_dbops::get_default_backup_filename(\backup::FORMAT_MOODLE, \backup::TYPE_1COURSE, $courseid,
            $people, false);
        $name = preg_replace('/\.mbz$/D', '', clean_param($name, PARAM_FILE));
        // 255 characters are Moodle's column, 255 bytes a file system's name.
        return \core_text::str_max_bytes($name, 200) . '-j' . $taskid . '.mbz';
    }

    /**
     * @param \stdClass $row
     * @param \stored_file $file
     * @param heartbeat $beat
     * @return array
     */
    private static function keep(\stdClass $row, \stored_file $file, heartbeat $beat): array {
        $size = (int) $file->get_filesize();
        $sha256 = archives::digest($file->get_content_file_handle(), function (int $read) use ($beat, $size): void {
            \core_php_time_limit::raise(HOURSECS);
            $beat->tell(0.9 + 0.1 * $read / max(1, $size), 'checking');
        });
        return ['filename' => $file->get_filename(), 'sizebytes' => $size, 'sha256' => $sha256];
    }

    /**
     * What a run that was stopped in the middle leaves in this process would be taken for the next one's.
     */
    public static function drop_temporary_tables(): void {
        global $DB;
        foreach (['backup_ids_temp', 'backup_files_temp'] as $name) {
            if ($DB->get_manager()->table_exists($name)) {
                $DB->get_manager()->drop_table(new \xmldb_table($name));
            }
        }
    }
}
