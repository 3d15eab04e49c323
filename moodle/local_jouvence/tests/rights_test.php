<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What a profile holds, and who may call.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\rights, \local_jouvence\setup
 */
final class rights_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    public function test_a_source_holds_nothing_that_changes_a_course(): void {
        setup::run('source', '', false);
        foreach (rights::capabilities('source') as $capability) {
            $this->assertDoesNotMatchRegularExpression(
                '/restore|create|update|delete|assign|override|enrol|config$|user\//', $capability);
            $this->assertTrue(has_capability($capability, \context_system::instance(), rights::userid('source')));
        }
        $this->assertSame([], roles::assignable(rights::userid('source')));
    }

    public function test_a_target_gives_the_roles_of_courses_only(): void {
        $clone = create_role('Too much', 'toomuch', '');
        set_role_contextlevels($clone, [CONTEXT_COURSE]);
        assign_capability('moodle/user:loginas', CAP_ALLOW, $clone, \context_system::instance()->id);
        $own = create_role('Tutor of ours', 'tutor', '');
        set_role_contextlevels($own, [CONTEXT_COURSE]);
        setup::run('target', '', false);
        $this->assertSame(['editingteacher', 'student', 'teacher', 'tutor'], roles::assignable(rights::userid('target')));
    }

    public function test_again_changes_nothing_and_mends_what_was_changed(): void {
        global $DB;
        setup::run('target', '', true);
        $this->assertTrue(rights::may_create_people(rights::userid('target')));
        $this->assertSame([], setup::run('target', '', true));

        $system = \context_system::instance();
        $roleid = $DB->get_field('role', 'id', ['shortname' => 'jouvence_target']);
        unassign_capability('moodle/course:create', $roleid, $system->id);
        assign_capability('moodle/site:config', CAP_ALLOW, $roleid, $system->id);
        $DB->set_field('user', 'suspended', 1, ['id' => rights::userid('target')]);
        $DB->delete_records('external_services_functions', ['functionname' => 'local_jouvence_enrol_person']);
        set_config('enablewebservices', 0);
        $done = implode("\n", setup::run('target', '', false));
        foreach (['moodle/course:create', 'took moodle/site:config', 'took moodle/restore:createuser', 'suspended',
                'local_jouvence_enrol_person', 'enablewebservices'] as $mended) {
            $this->assertStringContainsString($mended, $done);
        }
        $this->assertFalse(rights::may_create_people(rights::userid('target')));
    }

    public function test_required_profile_fields_are_filled(): void {
        global $CFG;
        require_once($CFG->dirroot . '/user/profile/lib.php');
        foreach (['text' => null, 'menu' => "Red\nBlue", 'checkbox' => null, 'textarea' => null] as $type => $options) {
            $this->getDataGenerator()->create_custom_profile_field(['datatype' => $type, 'shortname' => $type,
                'name' => $type, 'required' => 1, 'visible' => 2, 'param1' => $options]);
        }
        setup::run('source', '', false);
        $this->assertTrue(profile_has_required_custom_fields_set(rights::userid('source')));
    }

    public function test_somebody_elses_account_is_not_taken(): void {
        $this->getDataGenerator()->create_user(['username' => 'jouvence_source', 'auth' => 'manual']);
        $this->expectException(error::class);
        $this->expectExceptionMessageMatches('/somebody has the account jouvence_source/');
        setup::run('source', '', false);
    }

    public function test_only_the_service_account_may_call(): void {
        setup::run('source', '', false);
        $this->setUser(rights::userid('source'));
        $this->assertSame('moodle', external\get_site::execute()['kind']);
        foreach (['an administrator' => 'get_site', 'another profile\'s function' => 'set_maintenance'] as $who => $function) {
            $who === 'an administrator' ? $this->setAdminUser() : $this->setUser(rights::userid('source'));
            try {
                $function === 'get_site' ? external\get_site::execute() : external\set_maintenance::execute(true);
                $this->fail("{$who} was let in");
            } catch (error $e) {
                $this->assertSame('not-allowed', $e->errorcode);
            }
        }
    }

    public function test_removed_without_a_trace(): void {
        global $DB;
        setup::run('fleet', '', false);
        tokens::create('fleet', 1, '');
        $userid = rights::userid('fleet');
        setup::remove('fleet');
        $this->assertFalse($DB->record_exists('external_tokens', ['userid' => $userid]));
        $this->assertFalse($DB->record_exists('external_services', ['shortname' => 'jouvence_fleet']));
        $this->assertFalse($DB->record_exists('role', ['shortname' => 'jouvence_fleet']));
        $this->assertSame('1', $DB->get_field('user', 'deleted', ['id' => $userid]));
        $this->assertNull(rights::profile_of($userid));
    }
}
