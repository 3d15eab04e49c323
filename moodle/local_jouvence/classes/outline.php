<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * A course without its contents: what is in it, before any backup exists.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class outline {
    /** @var \stdClass */
    private $course;
    /** @var \context */
    private $context;

    /**
     * @param \stdClass $course row of the course table
     */
    public function __construct(\stdClass $course) {
        $this->course = $course;
        $this->context = \context_course::instance($course->id);
    }

    /**
     * @return array {sections, plugins, files, people, release}
     */
    public function get(): array {
        global $CFG;
        $activities = $this->activities();
        return [
            'sections' => $this->sections($activities),
            'plugins' => $this->plugins(array_values(array_unique(array_column($activities, 'module')))),
            'files' => $this->files(),
            'people' => $this->people(),
            'release' => $CFG->release,
        ];
    }

    /**
     * Every activity, also of modules that are switched off on this site: backups have them, and modinfo has not.
     *
     * @return array[] by course module
     */
    private function activities(): array {
        global $DB;
        $rows = $DB->get_records_sql(
            'SELECT c.id, m.name AS module, c.instance, c.visible, m.visible AS switchedon
               FROM {course_modules} c
               JOIN {modules} m ON m.id = c.module
              WHERE c.course = :courseid AND c.deletioninprogress = 0',
            ['courseid' => $this->course->id]
        );
        $names = $this->names(array_unique(array_column($rows, 'module')));
        $bytes = $this->file_bytes();
        return array_map(function (\stdClass $row) use ($names, $bytes): array {
            return [
                'id' => (int) $row->id,
                'module' => $row->module,
                'name' => (string) ($names[$row->module][$row->instance] ?? ''),
                'visible' => $row->visible && $row->switchedon,
                'filebytes' => $bytes[$row->id] ?? 0,
            ];
        }, $rows);
    }

    /**
     * @param array[] $activities by course module
     * @return array[]
     */
    private function sections(array $activities): array {
        global $DB;
        $rows = $DB->get_records('course_sections', ['course' => $this->course->id], 'section',
            'id, section, name, visible, sequence');
        $sections = [];
        foreach ($rows as $row) {
            $within = array_intersect_key(array_flip(explode(',', (string) $row->sequence)), $activities);
            $sections[] = [
                'number' => (int) $row->section,
                'name' => (string) $row->name === '' ? null : $row->name,
                'visible' => (bool) $row->visible,
                'activities' => array_values(array_replace($within, array_intersect_key($activities, $within))),
            ];
        }
        return $sections;
    }

    /**
     * Names as they are in the activities' own tables, and so in a backup: modinfo has them with filters and markup of
     * modules that make up their own.
     *
     * @param string[] $modules
     * @return string[][] module → instance → name
     */
    private function names(array $modules): array {
        global $DB;
        $names = [];
        // Of a module that was taken off the disk and out of the database, course modules may be left.
        foreach (array_intersect($modules, $DB->get_tables()) as $module) {
            $names[$module] = $DB->get_records_menu($module, ['course' => $this->course->id], '', 'id, name');
        }
        return $names;
    }

    /**
     * @return int[] by course module
     */
    private function file_bytes(): array {
        global $DB;
        $rows = $DB->get_records_sql_menu(
            "SELECT m.id, SUM(f.filesize)
               FROM {course_modules} m
               JOIN {context} x ON x.contextlevel = :level AND x.instanceid = m.id
               JOIN {files} f ON f.contextid = x.id AND f.component <> 'backup'
              WHERE m.course = :courseid
           GROUP BY m.id",
            ['level' => CONTEXT_MODULE, 'courseid' => $this->course->id]
        );
        return array_map('intval', $rows);
    }

    /**
     * Contexts of the course and of all in it.
     *
     * @param string $alias
     * @return array [sql, params]
     */
    private function inside(string $alias): array {
        global $DB;
        $below = $DB->sql_like("{$alias}.path", ':below');
        return [
            "({$alias}.id = :self OR {$below})",
            ['self' => $this->context->id, 'below' => $this->context->path . '/%'],
        ];
    }

    /**
     * @return int
     */
    private function files(): int {
        global $DB;
        [$inside, $params] = $this->inside('x');
        return (int) $DB->count_records_sql(
            "SELECT COUNT(f.id)
               FROM {context} x
               JOIN {files} f ON f.contextid = x.id AND f.filename <> '.' AND f.component <> 'backup'
              WHERE {$inside}",
            $params
        );
    }

    /**
     * Enrolled by any method, active or not.
     *
     * @return int
     */
    private function people(): int {
        global $DB;
        return (int) $DB->count_records_sql(
            'SELECT COUNT(DISTINCT ue.userid)
               FROM {enrol} e
               JOIN {user_enrolments} ue ON ue.enrolid = e.id
               JOIN {user} u ON u.id = ue.userid AND u.deleted = 0
              WHERE e.courseid = :courseid',
            ['courseid' => $this->course->id]
        );
    }

    /**
     * What the course uses, modules first, then by type and name.
     *
     * @param string[] $modules
     * @return array[] {type, name}
     */
    private function plugins(array $modules): array {
        global $DB;
        $params = ['courseid' => $this->course->id];
        [$inside, $contexts] = $this->inside('x');
        $used = [
            'block' => $DB->get_fieldset_sql(
                "SELECT DISTINCT b.blockname FROM {block_instances} b JOIN {context} x ON x.id = b.parentcontextid
                  WHERE {$inside}", $contexts),
            'enrol' => $DB->get_fieldset_sql('SELECT DISTINCT enrol FROM {enrol} WHERE courseid = :courseid', $params),
            'filter' => $DB->get_fieldset_sql(
                "SELECT DISTINCT a.filter FROM {filter_active} a JOIN {context} x ON x.id = a.contextid
                  WHERE {$inside}", $contexts),
            'format' => [$this->course->format],
            'gradingform' => $DB->get_fieldset_sql(
                "SELECT DISTINCT a.activemethod FROM {grading_areas} a JOIN {context} x ON x.id = a.contextid
                  WHERE a.activemethod IS NOT NULL AND {$inside}", $contexts),
            'qtype' => $this->question_types(),
            'theme' => [(string) $this->course->theme],
        ];
        sort($modules);
        $plugins = [];
        foreach (['mod' => $modules] + $used as $type => $names) {
            sort($names);
            foreach (array_filter($names) as $name) {
                $plugins[] = ['type' => $type, 'name' => $name];
            }
        }
        return $plugins;
    }

    /**
     * Of the questions that belong to the course or its activities, and of those that its quizzes take from elsewhere.
     *
     * @return string[]
     */
    private function question_types(): array {
        global $CFG, $DB;
        [$inside, $params] = $this->inside('x');
        if ($CFG->branch < 400) {
            return $DB->get_fieldset_sql(
                "SELECT DISTINCT q.qtype FROM {question} q
                   JOIN {question_categories} c ON c.id = q.category JOIN {context} x ON x.id = c.contextid
                  WHERE {$inside}
                  UNION
                 SELECT DISTINCT q.qtype FROM {quiz} z JOIN {quiz_slots} s ON s.quizid = z.id
                   JOIN {question} q ON q.id = s.questionid
                  WHERE z.course = :courseid",
                $params + ['courseid' => $this->course->id]
            );
        }
        $own = $DB->get_fieldset_sql(
            "SELECT DISTINCT q.qtype
               FROM {context} x
               JOIN {question_categories} c ON c.contextid = x.id
               JOIN {question_bank_entries} e ON e.questioncategoryid = c.id
               JOIN {question_versions} v ON v.questionbankentryid = e.id
               JOIN {question} q ON q.id = v.questionid
              WHERE {$inside}",
            $params
        );
        $taken = $DB->get_fieldset_sql(
            "SELECT DISTINCT q.qtype
               FROM {context} x
               JOIN {question_references} r ON r.usingcontextid = x.id
               JOIN {question_versions} v ON v.questionbankentryid = r.questionbankentryid
               JOIN {question} q ON q.id = v.questionid
              WHERE {$inside}",
            $params
        );
        return array_unique(array_merge($own, $taken));
    }
}
