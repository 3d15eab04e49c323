<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What requests ask of a site: keys of categories, people of a course, notices.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\category_keys, \local_jouvence\course_people, \local_jouvence\notices
 */
final class requests_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    public function test_a_key_is_read_only_where_it_was_allowed(): void {
        $this->assertArrayHasKey(1, category_keys::values('course_categories:id:name'));
        foreach (['user:id:password', 'course:category:shortname', 'course_categories:id:nosuch'] as $key) {
            try {
                category_keys::values($key);
                $this->fail($key);
            } catch (error $e) {
                $this->assertSame('not-allowed', $e->errorcode);
                $this->assertStringContainsString('--category-key', $e->getMessage());
            }
        }
        category_keys::allow(['course:category:shortname']);
        // The front page is a course in category 0.
        $this->assertSame([0], array_keys(category_keys::values('course:category:shortname')));
    }

    /**
     * @return array[]
     */
    public static function dear(): array {
        return array_map(function (string $key): array {
            return [$key];
        }, ['user:id:password', 'user_preferences:userid:value', 'config:id:value', 'config_plugins:id:value',
            'external_tokens:userid:token', 'sessions:userid:sid', 'local_jouvence_grants:id:hash', 'nosuch:id:name',
            'course:nosuch:shortname', 'course:category:nosuch', 'course:category', 'Course:category:shortname',
            'course:category:shortname FROM mdl_user', 'course:category:shortname;']);
    }

    /**
     * @dataProvider dear
     * @param string $key
     */
    public function test_what_must_not_leave_the_site_cannot_be_allowed(string $key): void {
        $this->assertNotNull(category_keys::problem($key));
        $this->expectException(error::class);
        category_keys::allow([$key]);
    }

    public function test_one_row_is_a_key_and_two_are_none(): void {
        $generator = $this->getDataGenerator();
        [$one, $two, $empty] = [$generator->create_category(), $generator->create_category(), $generator->create_category()];
        $generator->create_course(['category' => $one->id, 'idnumber' => 'É "1"']);
        $generator->create_course(['category' => $two->id, 'idnumber' => 'A']);
        $generator->create_course(['category' => $two->id, 'idnumber' => 'B']);
        $generator->create_course(['category' => $empty->id, 'idnumber' => '']);
        category_keys::allow(['course:category:idnumber']);
        $tree = categories::tree('course:category:idnumber');
        $this->assertSame('É "1"', $tree[$one->id]['key']);
        $this->assertNull($tree[$two->id]['key']);
        $this->assertNull($tree[$empty->id]['key']);
        $this->assertArrayNotHasKey('key', categories::tree()[$one->id]);
    }

    public function test_the_setting_refuses_what_set_up_refuses(): void {
        $setting = new admin\category_keys_setting('local_jouvence/categorykeys', '', '', '');
        $this->assertTrue($setting->validate(''));
        $this->assertTrue($setting->validate("course:category:idnumber\n course_categories:id:idnumber\n"));
        $this->assertIsString($setting->validate("course:category:idnumber\nuser:id:password"));
    }

    public function test_people_of_a_course_are_those_who_would_find_it(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $above = $generator->create_category();
        $course = $generator->create_course(['category' => $generator->create_category(['parent' => $above->id])->id]);
        $teacher = $generator->create_and_enrol($course, 'editingteacher', ['suspended' => 1]);
        $generator->create_and_enrol($course, 'student');
        $dean = $generator->create_user();
        $boss = $generator->create_user();
        $gone = $generator->create_and_enrol($course, 'editingteacher');
        role_assign($DB->get_field('role', 'id', ['shortname' => 'manager']), $dean->id,
            \context_coursecat::instance($above->id)->id);
        role_assign($DB->get_field('role', 'id', ['shortname' => 'teacher']), $teacher->id,
            \context_course::instance($course->id)->id);
        role_assign($DB->get_field('role', 'id', ['shortname' => 'manager']), $boss->id, \context_system::instance()->id);
        $DB->set_field('user', 'deleted', 1, ['id' => $gone->id]);
        $roles = ['editingteacher', 'teacher', 'manager'];
        $found = course_people::of($course->id, $roles, 0);
        $this->assertFalse($found['more']);
        $this->assertSame([(int) $teacher->id, (int) $dean->id], array_column($found['people'], 'id'));
        $this->assertSame(['editingteacher', 'teacher'], $found['people'][0]['roles']);
        $this->assertTrue($found['people'][0]['suspended']);
        foreach ($found['people'] as $person) {
            $this->assertNotEmpty(courses::of_person($person['id'], $roles, true));
        }
        $this->assertSame([], course_people::of($course->id, $roles, (int) $dean->id)['people']);
    }

    public function test_many_people_come_in_pages(): void {
        $course = $this->getDataGenerator()->create_course();
        for ($i = 0; $i < 201; $i++) {
            $this->getDataGenerator()->create_and_enrol($course, 'student');
        }
        $first = course_people::of($course->id, ['student'], 0);
        $this->assertTrue($first['more']);
        $this->assertCount(200, $first['people']);
        $rest = course_people::of($course->id, ['student'], end($first['people'])['id']);
        $this->assertFalse($rest['more']);
        $this->assertCount(1, $rest['people']);
    }

    /**
     * @param array $more
     * @return \stdClass
     */
    private function message(array $more = []): \stdClass {
        return (object) ($more + ['subject' => 'A <b> & é', 'text' => "One\n\n<script>two</script>", 'html' => null,
            'url' => 'https://www.example.org/course/view.php?id=3&a=b', 'urlname' => null]);
    }

    public function test_a_notice_is_a_notification_of_moodle_and_goes_once(): void {
        $person = $this->getDataGenerator()->create_user();
        $messages = $this->redirectMessages();
        foreach ([1, 2] as $time) {
            $this->assertSame(['accepted' => true, 'why' => ''],
                notices::send('key.1', (int) $person->id, 'carried', $this->message()));
        }
        $this->assertSame(1, $messages->count());
        $note = $messages->get_messages()[0];
        $this->assertSame(['local_jouvence', 'carried', 'A <b> & é', (int) $person->id],
            [$note->component, $note->eventtype, $note->subject, (int) $note->useridto]);
        $this->assertSame((int) \core_user::get_noreply_user()->id, (int) $note->useridfrom);
        $this->assertSame('https://www.example.org/course/view.php?id=3&a=b', $note->contexturl);
        $this->assertStringNotContainsString('<script', $note->fullmessagehtml);
        $this->assertSame(['key' => 'key.1', 'kind' => 'carried'], json_decode($note->customdata, true)['jouvence']);
        $this->expectExceptionMessage('belongs to another notice');
        notices::send('key.1', (int) $person->id, 'failed', $this->message());
    }

    public function test_markup_of_others_is_cleaned(): void {
        $person = $this->getDataGenerator()->create_user();
        $messages = $this->redirectMessages();
        notices::send('key.2', (int) $person->id, 'partly',
            $this->message(['html' => '<p onclick="x()">Well <script>alert(1)</script><a href="javascript:x()">done</a></p>']));
        $html = $messages->get_messages()[0]->fullmessagehtml;
        $this->assertStringContainsString('Well', $html);
        foreach (['<script', 'onclick', 'javascript:'] as $evil) {
            $this->assertStringNotContainsString($evil, $html);
        }
    }

    public function test_who_reads_nothing_is_told_nothing_and_may_be_later(): void {
        global $DB;
        $person = $this->getDataGenerator()->create_user(['suspended' => 1]);
        $messages = $this->redirectMessages();
        $answer = notices::send('key.3', (int) $person->id, 'carried', $this->message());
        $this->assertFalse($answer['accepted']);
        $this->assertStringContainsString('suspended', $answer['why']);
        $DB->set_field('user', 'suspended', 0, ['id' => $person->id]);
        set_config('local_jouvence_carried_disable', 1, 'message');
        $this->assertStringContainsString('switched off',
            notices::send('key.3', (int) $person->id, 'carried', $this->message())['why']);
        unset_config('local_jouvence_carried_disable', 'message');
        $this->assertTrue(notices::send('key.3', (int) $person->id, 'carried', $this->message())['accepted']);
        $this->assertSame(1, $messages->count());
    }

    public function test_a_notice_that_is_being_sent_is_busy_and_one_whose_sender_died_goes_again(): void {
        global $DB;
        $person = $this->getDataGenerator()->create_user();
        $messages = $this->redirectMessages();
        $row = ['noticekey' => 'key.4', 'userid' => $person->id, 'kind' => 'failed', 'sent' => 0, 'timecreated' => time()];
        $id = $DB->insert_record('local_jouvence_notices', (object) $row);
        try {
            notices::send('key.4', (int) $person->id, 'failed', $this->message());
            $this->fail('busy');
        } catch (error $e) {
            $this->assertSame('busy', $e->errorcode);
        }
        $DB->set_field('local_jouvence_notices', 'timecreated', time() - 300, ['id' => $id]);
        $this->assertTrue(notices::send('key.4', (int) $person->id, 'failed', $this->message())['accepted']);
        $this->assertSame(1, $messages->count());
        notices::remove_old(time() + 31 * DAYSECS);
        $this->assertSame(0, $DB->count_records('local_jouvence_notices'));
    }

    public function test_privacy_knows_who_was_told(): void {
        global $DB;
        $person = $this->getDataGenerator()->create_user();
        $this->redirectMessages();
        notices::send('key.5', (int) $person->id, 'carried', $this->message());
        $contexts = privacy\provider::get_contexts_for_userid((int) $person->id);
        $this->assertSame([(int) \context_system::instance()->id], array_map('intval', $contexts->get_contextids()));
        $list = new \core_privacy\local\request\userlist(\context_system::instance(), 'local_jouvence');
        privacy\provider::get_users_in_context($list);
        $this->assertContains((int) $person->id, $list->get_userids());
        privacy\provider::delete_data_for_user(new \core_privacy\local\request\approved_contextlist($person,
            'local_jouvence', $contexts->get_contextids()));
        $this->assertSame(0, $DB->count_records('local_jouvence_notices'));
    }

    public function test_a_suspended_account_is_not_enrolled(): void {
        setup::run('target', '', false);
        $course = $this->getDataGenerator()->create_course();
        $person = $this->getDataGenerator()->create_user(['suspended' => 1]);
        $this->setUser(rights::userid('target'));
        try {
            roles::enrol((int) $course->id, (int) $person->id, 'student');
            $this->fail('suspended');
        } catch (error $e) {
            $this->assertSame('not-allowed', $e->errorcode);
        }
    }

    public function test_an_upgrade_gives_services_what_is_new_and_touches_nothing_else(): void {
        global $DB;
        setup::run('source', '', false);
        setup::run('target', '', false);
        $has = function (string $profile) use ($DB): array {
            $id = $DB->get_field('external_services', 'id', ['shortname' => rights::name($profile)]);
            return $DB->get_fieldset_select('external_services_functions', 'functionname', 'externalserviceid = ?', [$id]);
        };
        $new = ['local_jouvence_send_notice', 'local_jouvence_get_course_people', 'local_jouvence_check_courses'];
        $DB->delete_records_list('external_services_functions', 'functionname', $new);
        $DB->delete_records_list('external_functions', 'name', $new);
        $DB->delete_records('external_services_functions', ['functionname' => 'local_jouvence_enrol_person']);
        $DB->set_field('external_services', 'enabled', 0, ['shortname' => rights::name('source')]);
        setup::renew(['get_course_people', 'check_courses', 'send_notice']);
        $this->assertContains('local_jouvence_send_notice', $has('target'));
        $this->assertNotContains('local_jouvence_enrol_person', $has('target'));
        $this->assertNotContains('local_jouvence_send_notice', $has('source'));
        $this->assertContains('local_jouvence_get_course_people', $has('source'));
        $this->assertEquals(0, $DB->get_field('external_services', 'enabled', ['shortname' => rights::name('source')]));
    }
}
