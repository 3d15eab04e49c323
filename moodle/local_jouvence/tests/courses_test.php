<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Whose courses are told.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\courses, \local_jouvence\outline
 */
final class courses_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        setup::run('source', '', false);
    }

    /**
     * @param int $userid
     * @param string ...$roles
     * @return string[] short names of the courses
     */
    private function listed(int $userid, string ...$roles): array {
        $this->setUser(rights::userid('source'));
        $answer = external\list_courses::execute($userid, $roles);
        $clean = external\base::clean_returnvalue(external\list_courses::execute_returns(), $answer);
        $names = array_column($clean['courses'], 'shortname');
        sort($names);
        return $names;
    }

    public function test_in_the_course_and_in_a_category_above_it(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $top = $generator->create_category(['name' => 'Top <b>&']);
        $below = $generator->create_category(['parent' => $top->id, 'visible' => 0]);
        $own = $generator->create_course(['shortname' => 'own', 'visible' => 0]);
        $generator->create_course(['shortname' => 'deep', 'category' => $below->id]);
        $generator->create_course(['shortname' => 'other']);
        $person = $generator->create_user(['suspended' => 1]);
        $generator->enrol_user($person->id, $own->id, 'editingteacher', 'manual', 0, 5, ENROL_USER_SUSPENDED);
        $teacher = $DB->get_field('role', 'id', ['shortname' => 'editingteacher']);
        role_assign($teacher, $person->id, \context_coursecat::instance($top->id));
        role_assign($teacher, $person->id, \context_course::instance(SITEID));
        $this->assertSame(['deep', 'own'], $this->listed($person->id, 'editingteacher'));
        $this->assertSame([], $this->listed($person->id, 'student'));

        $this->setAdminUser();
        delete_user($person);
        $this->assertSame([], $this->listed($person->id, 'editingteacher'));
    }

    public function test_odd_names_do_not_fail_the_list(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $person = $generator->create_user(['lastname' => "\"O'😀"]);
        // Moodle cleans it today; accounts are older than that.
        $DB->set_field('user', 'firstname', 'A<b>', ['id' => $person->id]);
        foreach (['<', '</script>', '{mlang en}x', '&amp;', "é̀ 漢字 😀"] as $index => $name) {
            $course = $generator->create_course(['fullname' => $name, 'shortname' => $name . $index, 'idnumber' => $name . $index]);
            $generator->enrol_user($person->id, $course->id, 'editingteacher');
        }
        $this->assertCount(5, $this->listed($person->id, 'editingteacher'));
        $found = courses::find('idnumber', '<0', true);
        $this->assertSame(['<', '<0'], [$found[0]['fullname'], $found[0]['shortname']]);
    }

    public function test_hidden_courses_only_for_who_may_see_them(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course(['shortname' => 'hidden', 'visible' => 0]);
        $person = $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $this->assertSame(['hidden'], $this->listed($person->id, 'editingteacher'));
        unassign_capability('moodle/course:viewhiddencourses', $DB->get_field('role', 'id', ['shortname' => 'jouvence_source']));
        accesslib_clear_all_caches_for_unit_testing();
        $this->assertSame([], $this->listed($person->id, 'editingteacher'));
    }

    public function test_queries_do_not_grow_with_courses(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $person = $generator->create_user();
        $counts = [];
        foreach ([3, 40] as $number) {
            for ($i = 0; $i < $number; $i++) {
                $generator->enrol_user($person->id, $generator->create_course()->id, 'editingteacher');
            }
            $this->listed($person->id, 'editingteacher');
            $before = $DB->perf_get_reads();
            $this->listed($person->id, 'editingteacher');
            $counts[] = $DB->perf_get_reads() - $before;
        }
        $this->assertSame($counts[0], $counts[1]);
    }

    public function test_twenty_teachers_at_most(): void {
        $course = $this->getDataGenerator()->create_course();
        for ($i = 0; $i < 22; $i++) {
            $person = $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        }
        $this->assertCount(20, courses::of_person($person->id, ['editingteacher'], true)[0]['teachers']);
    }

    public function test_outline_names_are_those_of_the_tables(): void {
        $course = $this->getDataGenerator()->create_course(['numsections' => 2]);
        $page = $this->getDataGenerator()->create_module('page', ['course' => $course, 'name' => 'A <b> & {mlang}', 'section' => 1,
            'visible' => 0]);
        get_file_storage()->create_file_from_string(['contextid' => \context_module::instance($page->cmid)->id,
            'component' => 'mod_page', 'filearea' => 'content', 'itemid' => 0, 'filepath' => '/', 'filename' => 'a'], 'twelve bytes');
        $this->setUser(rights::userid('source'));
        $answer = external\get_course::execute($course->id);
        $clean = external\base::clean_returnvalue(external\get_course::execute_returns(), $answer);
        $activity = $clean['sections'][1]['activities'][0];
        $this->assertSame(['page', 'A <b> & {mlang}', false, 12],
            [$activity['module'], $activity['name'], $activity['visible'], $activity['filebytes']]);
        $this->assertContains(['type' => 'mod', 'name' => 'page'], $clean['plugins']);
        $this->assertSame(1, $clean['files']);
    }
}
