<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Makes a new course from an uploaded archive, by Moodle's own code.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class restore_run {
    /** Settings that follow what the archive has. Absent ones come from a Moodle that had no such setting. */
    private const CONTENTS = [
        'activities' => false, 'blocks' => false, 'filters' => false, 'calendarevents' => false, 'groups' => true,
        'competencies' => false, 'customfield' => false, 'contentbankcontent' => false, 'permissions' => true, 'badges' => false,
    ];

    private const PEOPLE = ['role_assignments', 'comments', 'userscompletion', 'grade_histories', 'xapistate'];

    private const ENROLMENTS = [
        'never' => \backup::ENROL_NEVER, 'withusers' => \backup::ENROL_WITHUSERS, 'always' => \backup::ENROL_ALWAYS,
    ];

    /** A disk with less is full. */
    private const FULL_BYTES = 16 * 1024 * 1024;

    /** @var \stdClass row of the task */
    private $row;

    /** @var array of the task */
    private $params;

    /** @var heartbeat */
    private $beat;

    /** @var warnings */
    private $warnings;

    /**
     * Moodle's own code for it, some hundred files.
     */
    public static function load(): void {
        global $CFG;
        require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
        require_once($CFG->dirroot . '/course/lib.php');
    }

    /**
     * @param \stdClass $row
     * @param heartbeat $beat
     * @param warnings $warnings
     * @return array columns of the row: courseid
     */
    public static function perform(\stdClass $row, heartbeat $beat, warnings $warnings): array {
        self::load();
        $run = new self();
        $run->row = $row;
        $run->params = tasks::params($row);
        $run->beat = $beat;
        $run->warnings = $warnings;
        return ['courseid' => $run->restore()];
    }

    private function restore(): int {
        global $DB;
        $this->require_category();
        $archive = $this->verify();
        $tempid = bin2hex(random_bytes(16));
        $DB->set_field('local_jouvence_tasks', 'tempid', $tempid, ['id' => $this->row->id]);
        try {
            $path = $this->unpack($archive, $tempid);
            $info = restore_checks::information($tempid);
            $people = $this->params['people'] && !empty($info->root_settings['users']);
            $report = new restore_report($path, $info, $this->params, $this->warnings);
            $report->before($people, (int) $this->row->userid);
            $idnumber = $report->idnumber();
            $courseid = $this->create_course($info);
            $this->execute($tempid, $courseid, $info, $people, $report);
        } catch (\Throwable $e) {
            throw failure::on_disk($e);
        } finally {
            undo::remove_directory($tempid);
        }
        $this->beat->tell(0.97, 'finishing');
        $this->leave($courseid);
        $this->tell_names($courseid, $info);
        $this->give_idnumber($courseid, $idnumber);
        return $courseid;
    }

    /**
     * Asked when it was started; the category may be gone and the right withdrawn since.
     */
    private function require_category(): void {
        $context = \context_coursecat::instance($this->params['categoryid'], IGNORE_MISSING);
        if (!$context) {
            throw new error('not-found', "there is no category {$this->params['categoryid']}");
        }
        require_capability('moodle/course:create', $context, (int) $this->row->userid);
        require_capability('moodle/restore:restorecourse', $context, (int) $this->row->userid);
    }

    /**
     * @return string path of the archive
     */
    private function verify(): string {
        $upload = tasks::find($this->params['uploadkey'], (int) $this->row->userid);
        $path = $upload ? archives::upload_path((int) $upload->id) : '';
        if (!$upload || $upload->state !== 'done' || !is_file($path)) {
            throw new error('not-found', 'the uploaded archive has been removed');
        }
        $size = filesize($path);
        $found = archives::digest(fopen($path, 'rb'), function (int $read) use ($size): void {
            \core_php_time_limit::raise(HOURSECS);
            $this->beat->tell(0.05 * $read / max(1, $size), 'checking');
        });
        if ($size !== (int) $upload->sizebytes || $found !== $this->params['sha256']) {
            throw new error('conflict', "the uploaded archive was changed on this site: expected {$upload->sizebytes} bytes " .
                "with SHA-256 {$this->params['sha256']}, found {$size} with {$found}");
        }
        $free = @disk_free_space(make_backup_temp_directory(''));
        if ($free !== false && $free < 2 * $size) {
            $needed = display_size(2 * $size);
            throw new error('quota', "the site has too little space for this restore: it needs about {$needed} in its " .
                'directory for backups (backuptempdir)');
        }
        return $path;
    }

    /**
     * @param string $archive
     * @param string $tempid
     * @return string path
     */
    private function unpack(string $archive, string $tempid): string {
        $path = make_backup_temp_directory($tempid);
        try {
            $done = get_file_packer('application/vnd.moodle.backup')
                ->extract_to_pathname($archive, $path, null, new unpacking($this->beat, 0.05, 0.2));
        } catch (\moodle_exception $e) {
            // Moodle says "cannot be written" of a full disk and of a broken archive alike.
            if (@disk_free_space($path) < self::FULL_BYTES) {
                throw new error('quota', "the disk of this site's directory for backups (backuptempdir) is full");
            }
            $why = str_replace($path . '/', '', $e->debuginfo ?: $e->getMessage());
            throw new error('invalid-parameter', "the archive cannot be taken apart: {$why}");
        }
        // Moodle's packers give a list: true, or for a file that could not be written, why.
        $wrong = is_array($done) ? array_filter($done, function ($outcome): bool {
            return $outcome !== true;
        }) : ['the archive' => 'it is neither tar.gz nor zip'];
        if ($wrong) {
            throw new error('invalid-parameter', 'the archive cannot be taken apart: ' . key($wrong) . ': ' . reset($wrong));
        }
        return $path;
    }

    /**
     * The course and the row that names it are written together: a killed run leaves no course that nobody knows.
     *
     * @param \stdClass $info
     * @return int
     */
    private function create_course(\stdClass $info): int {
        global $DB;
        return $this->with_names(function () use ($info, $DB): int {
            [$fullname, $shortname] = \restore_dbops::calculate_course_names(0, $info->original_course_fullname,
                $info->original_course_shortname);
            $transaction = $DB->start_delegated_transaction();
            $courseid = \restore_dbops::create_new_course($fullname, $shortname, $this->params['categoryid']);
            $DB->set_field('local_jouvence_tasks', 'courseid', $courseid, ['id' => $this->row->id, 'runs' => $this->row->runs]);
            $transaction->allow_commit();
            return (int) $courseid;
        });
    }

    /**
     * Moodle looks whether a name or idnumber is free and takes it later: two restores at once would both take it.
     *
     * @param callable $do
     * @return mixed
     */
    private function with_names(callable $do) {
        $lock = \core\lock\lock_config::get_lock_factory('local_jouvence')->get_lock('names', 60, MINSECS);
        try {
            return $do();
        } finally {
            if ($lock) {
                $lock->release();
            }
        }
    }

    /**
     * Since 4.5 Moodle welcomes whoever is enrolled (enrol_manual/sendcoursewelcomemessage), on the site and by e-mail, also
     * by a restore: hundreds of students would be told of a course that their teacher has not looked at yet. For the time
     * of the restore that kind of message is switched off, in this process alone.
     *
     * @param callable $do
     */
    private function without_welcome(callable $do): void {
        global $CFG;
        $before = $CFG->forced_plugin_settings ?? [];
        $CFG->forced_plugin_settings = $before;
        $CFG->forced_plugin_settings['message']['moodle_enrolcoursewelcomemessage_disable'] = 1;
        try {
            $do();
        } finally {
            $CFG->forced_plugin_settings = $before;
        }
    }

    private function execute(string $tempid, int $courseid, \stdClass $info, bool $people, restore_report $report): void {
        $controller = new \restore_controller($tempid, $courseid, \backup::INTERACTIVE_NO, \backup::MODE_GENERAL,
            $this->row->userid, \backup::TARGET_NEW_COURSE);
        try {
            $this->configure($controller, $info, $people);
            // Again: the prechecks read the settings from the database.
            $controller->set_status(\backup::STATUS_NEED_PRECHECK);
            $controller->set_progress(new moodle_progress($this->beat, 0.2, 0.25, 'checking'));
            $controller->execute_precheck();
            $results = $controller->get_precheck_results();
            if (!empty($results['errors'])) {
                throw restore_checks::refusal($results['errors']);
            }
            if ($people) {
                $report->roles($controller->get_info()->role_mappings->mappings);
            }
            restore_log::listen($controller, $this->warnings);
            $controller->set_progress(new moodle_progress($this->beat, 0.25, 0.97, 'restoring'));
            $this->without_welcome([$controller, 'execute_plan']);
        } finally {
            $controller->destroy();
            backup_run::drop_temporary_tables();
            \restore_dbops::reset_backup_ids_cached();
            undo::remove_directory($controller->get_restoreid());
        }
    }

    private function configure(\restore_controller $controller, \stdClass $info, bool $people): void {
        $has = $info->root_settings;
        $wanted = ['users' => $people, 'enrolments' => self::ENROLMENTS[$this->params['enrolments']]];
        foreach (self::CONTENTS as $name => $absent) {
            $wanted[$name] = array_key_exists($name, $has) ? !empty($has[$name]) : $absent;
        }
        foreach (self::PEOPLE as $name) {
            $wanted[$name] = $people && !empty($has[$name]);
        }
        $wanted += ['logs' => false, 'legacyfiles' => true, 'overwrite_conf' => true, 'keep_roles_and_enrolments' => false,
            'keep_groups_and_groupings' => false, 'course_fullname' => $info->original_course_fullname,
            'course_shortname' => $info->original_course_shortname, 'course_startdate' => $info->original_course_startdate];
        if ($wanted['competencies'] && !\core_competency\api::is_enabled()) {
            $wanted['competencies'] = false;
            $this->warnings->add('competencies-off', 'info', 'competencies',
                'Competencies are switched off on this site: those of the course do not come.', '');
        }
        $settings = new plan_settings($controller->get_plan(), 'restore');
        $tied = $settings->apply($wanted);
        $settings->apply_to_parts(null, $people);
        if (in_array('badges', $tied, true) && $this->has_badges($controller->get_tempdir())) {
            $this->warnings->add('badges-left-out', 'warning', 'badges', 'Moodle restores badges only together with people.',
                'Make the badges again, or ask for the course with people.');
        }
    }

    private function has_badges(string $tempid): bool {
        $archive = new archive_reader(make_backup_temp_directory('') . '/' . $tempid);
        return $archive->records('badges.xml', 'badge')->valid();
    }

    /**
     * Moodle makes whoever restores a teacher of the course if they could not enter it otherwise; the archive may have
     * an account of the same name.
     *
     * @param int $courseid
     */
    private function leave(int $courseid): void {
        global $DB;
        $userid = (int) $this->row->userid;
        $context = \context_course::instance($courseid);
        foreach (enrol_get_instances($courseid, false) as $instance) {
            $plugin = enrol_get_plugin($instance->enrol);
            if ($plugin && $DB->record_exists('user_enrolments', ['enrolid' => $instance->id, 'userid' => $userid])) {
                $plugin->unenrol_user($instance, $userid);
            }
        }
        role_unassign_all(['userid' => $userid, 'contextid' => $context->id], true);
        $like = $DB->sql_like('c.path', ':path');
        $roles = $DB->record_exists_sql("SELECT 1 FROM {role_assignments} a JOIN {context} c ON c.id = a.contextid
            WHERE a.userid = :userid AND (c.id = :id OR {$like})",
            ['userid' => $userid, 'id' => $context->id, 'path' => $context->path . '/%']);
        if (is_enrolled($context, $userid) || $roles) {
            $this->warnings->add('service-account-enrolled', 'warning', 'service account',
                'Moodle enrolled the service account in the course, and it could not be taken out.',
                'Take it out of the course’s participants, and give it the capabilities that cli/setup.php names.');
        }
    }

    private function tell_names(int $courseid, \stdClass $info): void {
        $course = get_course($courseid);
        if ($course->shortname !== $info->original_course_shortname || $course->fullname !== $info->original_course_fullname) {
            $this->warnings->add('name-changed', 'info', $info->original_course_fullname,
                "A course of that name exists here: this one is called “{$course->fullname}” ({$course->shortname}).",
                'Rename one of the two if that is confusing.');
        }
    }

    /**
     * @param int $courseid
     * @param string $own as the archive has it
     */
    private function give_idnumber(int $courseid, string $own): void {
        global $DB;
        $asked = $this->params['idnumber'];
        if ($asked === '') {
            if ($own !== '' && $DB->get_field('course', 'idnumber', ['id' => $courseid]) === '') {
                $this->warnings->add('idnumber-cleared', 'info', $own,
                    'The course has no idnumber here: Moodle does not carry it over from another site, nor one that is in use.',
                    'Enter an idnumber in the course’s settings if other systems need it.');
            }
            return;
        }
        $this->with_names(function () use ($courseid, $asked, $DB): void {
            if ($DB->record_exists_select('course', 'idnumber = :idnumber AND id <> :id', ['idnumber' => $asked, 'id' => $courseid])) {
                $this->warnings->add('idnumber-taken', 'warning', $asked,
                    'Another course here has this idnumber: this one has none.',
                    'Take it from the other course, or enter another one in the course’s settings.');
                return;
            }
            update_course((object) ['id' => $courseid, 'idnumber' => $asked]);
        });
    }
}
