<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Tells what this site's Moodle will silently leave out of an archive or change.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class restore_report {
    /** Enrolment methods that name things of their own site. */
    private const BOUND = ['cohort', 'meta'];

    /** @var archive_reader */
    private $archive;

    /** @var \stdClass Moodle's information of the archive */
    private $info;

    /** @var array of the task */
    private $params;

    /** @var warnings */
    private $warnings;

    /** @var bool */
    private $samesite;

    /**
     * @param string $path of the archive, taken apart
     * @param \stdClass $info
     * @param array $params
     * @param warnings $warnings
     */
    public function __construct(string $path, \stdClass $info, array $params, warnings $warnings) {
        $this->archive = new archive_reader($path);
        $this->info = $info;
        $this->params = $params;
        $this->warnings = $warnings;
        $this->samesite = \backup_general_helper::backup_is_samesite($info);
    }

    /**
     * Everything that can be told before the restore.
     *
     * @param bool $people whether they come
     * @param int $userid the service user
     */
    public function before(bool $people, int $userid): void {
        $this->release();
        $this->activities();
        foreach (array_unique($this->archive->blocks()) as $block) {
            if (!\core_component::get_plugin_directory('block', $block)) {
                $this->warnings->add('block-missing', 'warning', "block_{$block}",
                    'The block is not installed here: it is left out.', 'Ask for the block, or use another one.');
            }
        }
        $this->format();
        $this->enrolments($people);
        $this->questions($people);
        $this->scales($userid);
        $this->badges();
        $this->images();
    }

    /** Moodle switches restored badges off, and without roles it forgets who gives them. */
    private function badges(): void {
        foreach ($this->archive->records('badges.xml', 'badge') as $badge) {
            if (in_array($badge['status'] ?? '', ['1', '3'], true)) {
                $this->warnings->add('badge-off', 'info', $badge['name'] ?? 'badge',
                    'Moodle restores badges switched off.', 'Look at its criteria, and switch it on.');
            }
        }
    }

    /** Since 4.5 Moodle takes out of pictures what says where and by what they were taken: it writes them anew. */
    private function images(): void {
        $class = '\core_files\redactor\services\exifremover_service';
        if (!class_exists($class)) {
            return;
        }
        $remover = new $class();
        $count = 0;
        if ($remover->is_enabled()) {
            foreach ($this->archive->records('files.xml', 'file') as $file) {
                $count += $remover->is_mimetype_supported($file['mimetype'] ?? '') ? 1 : 0;
            }
        }
        if ($count > 0) {
            $this->warnings->add('image-redacted', 'info', "{$count} pictures",
                'This site takes out of pictures what the camera wrote in them (place, device), and saves them anew.', '');
        }
    }

    private function release(): void {
        global $CFG;
        if ((float) $this->info->moodle_version > (float) $CFG->version) {
            $this->warnings->add('release-newer', 'warning', "Moodle {$this->info->moodle_release}",
                "The backup was made by a newer build than this site's {$CFG->release}.", 'Compare the course with the original.');
        }
    }

    private function activities(): void {
        global $DB;
        $off = $DB->get_records_menu('modules', ['visible' => 0], '', 'name, id');
        foreach ($this->info->activities as $activity) {
            $module = $activity->modulename;
            if (isset($off[$module])) {
                $this->warnings->add('module-off', 'info', "mod_{$module}",
                    'The module is switched off on this site: its activities arrive, and nobody sees them.',
                    "Ask for mod_{$module} to be switched on.");
            }
            if (!\core_component::get_plugin_directory('mod', $module)
                    || !plugin_supports('mod', $module, FEATURE_BACKUP_MOODLE2)) {
                $this->warnings->add('module-missing', 'warning', "{$module} “{$activity->title}”",
                    "The module mod_{$module} is not installed here: the activity is left out.",
                    "Ask for mod_{$module} to be installed here, or replace the activity by one of another kind.");
            } else if ($module === 'lti' && !$this->samesite) {
                $this->warnings->add('tool-secret', 'warning', "lti “{$activity->title}”",
                    'Key and secret of an external tool are encrypted for the site that it comes from, and tools of that ' .
                    'whole site do not come along.',
                    'Open the activity’s settings, choose the tool of this site or enter its key and secret again.');
            }
        }
    }

    private function format(): void {
        foreach ($this->archive->records('course/course.xml', 'course') as $course) {
            $format = $course['format'] ?? '';
            if (!\core_component::get_plugin_directory('format', $format)) {
                $this->warnings->add('format-missing', 'info', "format_{$format}",
                    'This course format is not installed here: the course is shown by topics, and nothing in it is lost.',
                    'Install the format, or choose another in the course’s settings.');
            }
            break;
        }
    }

    /**
     * @return string the course's own idnumber, as the archive has it
     */
    public function idnumber(): string {
        foreach ($this->archive->records('course/course.xml', 'course') as $course) {
            return $course['idnumber'] ?? '';
        }
        return '';
    }

    private function enrolments(bool $people): void {
        $mode = $this->params['enrolments'];
        if ($mode === 'never' || ($mode === 'withusers' && !$people)) {
            return;
        }
        foreach ($this->archive->enrolment_methods() as ['method' => $method, 'people' => $count]) {
            $who = $count === 1 ? 'one person enrolled by it does' : "{$count} people enrolled by it do";
            $todo = 'Enrol these people by a method of this site, or restore with the enrolments as manual ones.';
            if (!enrol_is_enabled($method) || !enrol_get_plugin($method)) {
                $this->warnings->add('enrolment-method-missing', 'warning', $method,
                    "The enrolment method is not installed or not on here: {$who} not come.", $todo);
            } else if (in_array($method, self::BOUND, true) && !$this->samesite) {
                $this->warnings->add('enrolment-method-bound', 'warning', $method,
                    "The enrolment method refers to the site that it comes from: {$who} not come.", $todo);
            }
        }
    }

    private function questions(bool $people): void {
        $types = array_unique(iterator_to_array($this->archive->texts('questions.xml', 'qtype'), false));
        foreach ($types as $type) {
            if ($type !== 'random' && !\core_component::get_plugin_directory('qtype', $type)) {
                $this->warnings->add('qtype-missing', 'warning', "qtype_{$type}",
                    'The question type is not installed here: its questions come, and cannot be answered.',
                    'Ask for the question type, or replace those questions.');
            }
        }
        if (!$types || $this->samesite) {
            return;
        }
        $known = [];
        if ($people) {
            foreach ($this->archive->records('users.xml', 'user') as $user) {
                $known[$user['@id']] = true;
            }
        }
        $count = 0;
        foreach ($this->archive->texts('questions.xml', 'createdby') as $author) {
            $count += isset($known[$author]) ? 0 : 1;
        }
        if ($count > 0) {
            $this->warnings->add('question-authors', 'info', "{$count} questions",
                'Their authors do not come: Moodle names the service account instead.', '');
        }
    }

    /**
     * Scales and outcomes of the whole site are made in the course, unless the same are here.
     *
     * @param int $userid
     */
    private function scales(int $userid): void {
        global $DB;
        $system = \context_system::instance();
        if (!has_capability('moodle/course:managescales', $system, $userid)) {
            foreach ($this->archive->records('scales.xml', 'scale') as $scale) {
                $same = $DB->sql_compare_text('scale') . ' = ' . $DB->sql_compare_text(':scale');
                if (($scale['courseid'] ?? '') === '0' && !$DB->record_exists_select('scale', "courseid = 0 AND {$same}",
                        ['scale' => $scale['scale'] ?? ''])) {
                    $this->warnings->add('scale-local', 'info', $scale['name'] ?? 'scale',
                        'A scale of the whole other site, which this site does not have: it is a scale of this course now.', '');
                }
            }
        }
        if (!has_capability('moodle/grade:manageoutcomes', $system, $userid)) {
            foreach ($this->archive->records('outcomes.xml', 'outcome') as $outcome) {
                if (($outcome['courseid'] ?? '') === '' && !$DB->record_exists_select('grade_outcomes',
                        'courseid IS NULL AND shortname = :name', ['name' => $outcome['shortname'] ?? ''])) {
                    $this->warnings->add('outcome-local', 'info', $outcome['fullname'] ?? 'outcome',
                        'An outcome of the whole other site, which this site does not have: it is one of this course now.', '');
                }
            }
        }
    }

    /**
     * Moodle's mapping of roles, after the prechecks.
     *
     * @param array $mappings
     */
    public function roles(array $mappings): void {
        foreach ($mappings as $role) {
            if (!$role->targetroleid) {
                $this->warnings->add('role-missing', 'warning', $role->name ?: $role->shortname,
                    'No role that may be given here matches it: nobody gets it.', 'Give these people a role of this site by hand.');
            }
        }
    }
}
