<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Backups and restores as tasks: keys, runs, who died in the middle, what is left.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\tasks, \local_jouvence\runner, \local_jouvence\backup_run, \local_jouvence\restore_run
 * @covers     \local_jouvence\discard, \local_jouvence\undo
 */
final class tasks_test extends \advanced_testcase {
    /** @var \stdClass */
    private $course;

    protected function setUp(): void {
        parent::setUp();
        // Locks, and rows that others must see, do not go with the transaction of a test.
        $this->preventResetByRollback();
        $this->resetAfterTest();
        $this->setAdminUser();
        setup::run('source', '', false);
        setup::run('target', '', false);
        $generator = $this->getDataGenerator();
        $this->course = $generator->create_course(['shortname' => 'bio', 'fullname' => 'Biology', 'idnumber' => 'B1']);
        $generator->create_module('page', ['course' => $this->course->id, 'name' => 'Cells']);
        $student = $generator->create_and_enrol($this->course, 'student', ['username' => 'eve', 'email' => 'eve@example.org']);
        $forum = $generator->create_module('forum', ['course' => $this->course->id, 'name' => 'Talk']);
        $generator->get_plugin_generator('mod_forum')->create_discussion(
            ['course' => $this->course->id, 'forum' => $forum->id, 'userid' => $student->id]);
    }

    private function be(string $profile): int {
        $this->setUser(rights::userid($profile));
        return rights::userid($profile);
    }

    /**
     * Calls a function as Moodle's web service does, and lets what it answers through Moodle's own check.
     *
     * @param string $profile
     * @param string $function
     * @param mixed ...$params
     * @return array
     */
    private function call(string $profile, string $function, ...$params): array {
        $this->be($profile);
        $class = "\\local_jouvence\\external\\{$function}";
        return (array) external\base::clean_returnvalue($class::execute_returns(), $class::execute(...$params));
    }

    /**
     * What Moodle's cron would do with our ad-hoc tasks.
     */
    private function cron(): void {
        while ($adhoc = \core\task\manager::get_next_adhoc_task(time())) {
            if ($adhoc instanceof task\run) {
                $adhoc->execute();
            }
            \core\task\manager::adhoc_task_complete($adhoc);
        }
    }

    private function backup(string $key, bool $people): array {
        $this->assertSame('waiting', $this->call('source', 'start_backup', $key, $this->course->id, $people)['state']);
        $this->cron();
        return $this->call('source', 'get_job', $key);
    }

    /**
     * @param string $key of the backup that is to be uploaded
     * @return \stdClass row of the finished upload
     */
    private function uploaded(string $key): \stdClass {
        global $DB;
        $backup = tasks::find($key);
        $this->call('target', 'grant_upload', 'up.1', 'x.mbz', (int) $backup->sizebytes, $backup->sha256);
        $row = tasks::find('up.1');
        archives::find((int) $backup->id)->copy_content_to(archives::upload_path((int) $row->id));
        $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'done', 'sizebytes' => $backup->sizebytes,
            'sha256' => $backup->sha256, 'filename' => 'x.mbz', 'received' => $backup->sizebytes]);
        return tasks::find('up.1');
    }

    private function start_restore(string $key, \stdClass $upload, bool $people = true, string $idnumber = ''): array {
        return $this->call('target', 'start_restore', $key, 'up.1', $this->course->category, $people, 'withusers',
            $upload->sha256, $idnumber);
    }

    private function refused(string $code, callable $call): void {
        try {
            $call();
            $this->fail("not refused: {$code}");
        } catch (\moodle_exception $e) {
            $this->assertSame($code, $e->errorcode);
        }
    }

    public function test_a_backup_lies_in_our_area_alone(): void {
        global $DB;
        $task = $this->backup('b.1', true);
        $this->assertSame(['done', 1.0], [$task['state'], $task['progress']]);
        $files = $DB->get_records_select('files', "filename LIKE '%.mbz'");
        $this->assertCount(1, $files);
        $file = reset($files);
        $this->assertSame(['local_jouvence', 'archives', $task['archive']['filename']],
            [$file->component, $file->filearea, $file->filename]);
        $content = archives::find((int) $file->itemid)->get_content();
        $this->assertSame(hash('sha256', $content), $task['archive']['sha256']);
        $this->assertSame(strlen($content), $task['archive']['sizebytes']);
        $this->assertStringEndsWith('-j' . $file->itemid . '.mbz', $file->filename);
        $this->assertSame([], glob(make_backup_temp_directory('') . '/*', GLOB_ONLYDIR));
    }

    public function test_without_people_there_is_nobody_whatever_the_default(): void {
        set_config('backup_general_users', 1, 'backup');
        foreach (['b.without' => false, 'b.with' => true] as $key => $people) {
            $this->backup($key, $people);
            $directory = make_request_directory();
            archives::find((int) tasks::find($key)->id)
                ->extract_to_pathname(get_file_packer('application/vnd.moodle.backup'), $directory);
            $this->assertSame($people, is_file($directory . '/users.xml'));
        }
    }

    public function test_a_locked_setting_ends_the_backup_and_is_named(): void {
        set_config('backup_general_users', 1, 'backup');
        set_config('backup_general_users_locked', 1, 'backup');
        $task = $this->backup('b.1', false);
        $this->assertSame('failed', $task['state']);
        $this->assertSame('not-allowed', $task['error']['code']);
        $this->assertStringContainsString('"users" must be off and is on: an administrator', $task['error']['message']);
        $this->assertSame('done', $this->backup('b.2', true)['state']);
    }

    public function test_one_key_is_one_task(): void {
        global $DB;
        $first = $this->call('source', 'start_backup', 'b.1', $this->course->id, true);
        $this->assertSame($first, $this->call('source', 'start_backup', 'b.1', $this->course->id, true));
        $this->assertSame(1, $DB->count_records('local_jouvence_tasks'));
        $this->assertSame(1, $DB->count_records('task_adhoc', ['component' => 'local_jouvence']));
        $this->refused('conflict', function () {
            $this->call('source', 'start_backup', 'b.1', $this->course->id, false);
        });
        // A site may be source and target: whose key it is not is told that there is none.
        $this->refused('not-found', function () {
            $this->call('target', 'get_job', 'b.1');
        });
        $this->assertSame('unknown', $this->call('target', 'discard_job', 'b.1')['before']);
        foreach (['a', 'b 1', "b.1\n", 'é.1'] as $key) {
            $this->refused('invalidparameter', function () use ($key) {
                $this->call('source', 'get_job', $key);
            });
        }
    }

    public function test_a_dead_runner_is_known_by_its_free_lock(): void {
        global $DB;
        $this->call('source', 'start_backup', 'b.1', $this->course->id, true);
        for ($death = 1; $death <= 3; $death++) {
            $row = tasks::find('b.1');
            // As a killed process leaves it: running, and Moodle believes that the ad-hoc task runs.
            $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'running', 'heartbeat' => time()]);
            $DB->set_field('task_adhoc', 'timestarted', time(), ['id' => $row->adhocid]);
            $task = $this->call('source', 'get_job', 'b.1');
            $this->assertSame($death < 3 ? 'waiting' : 'failed', $task['state']);
            $this->assertFalse($DB->record_exists('task_adhoc', ['id' => $row->adhocid]));
            $this->assertSame(1, $DB->count_records('task_adhoc', ['component' => 'local_jouvence', 'timestarted' => null]));
        }
        $this->assertSame('site-error', $task['error']['code']);
        $this->cron();
        $this->assertSame('failed', $this->call('source', 'get_job', 'b.1')['state']);
    }

    public function test_a_living_runner_is_left_alone_and_can_be_stopped(): void {
        global $CFG, $DB;
        // Other locks know no other holder than the process, and this test is both.
        $CFG->lock_factory = '\core\lock\db_record_lock_factory';
        $this->call('source', 'start_backup', 'b.1', $this->course->id, true);
        $row = tasks::find('b.1');
        $lock = runner::lock($row, 0);
        $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'running', 'heartbeat' => time(),
            'runner' => '1 elsewhere']);
        $this->assertSame('running', $this->call('source', 'get_job', 'b.1')['state']);
        $this->assertSame('running', $this->call('source', 'discard_job', 'b.1')['before']);
        try {
            (new heartbeat(tasks::find('b.1')))->tell(0.5, 'writing');
            $this->fail('it goes on');
        } catch (stopped $e) {
            $this->assertSame(1, (int) tasks::find('b.1')->stopping);
        }
        $lock->release();
        $this->assertSame('waiting', $this->call('source', 'discard_job', 'b.1')['before']);
        $this->assertSame('discarded', $this->call('source', 'get_job', 'b.1')['state']);
        $this->assertSame(0, $DB->count_records('task_adhoc', ['component' => 'local_jouvence']));
    }

    public function test_a_lock_that_outlives_its_process_is_not_believed_for_long(): void {
        global $CFG, $DB;
        $CFG->lock_factory = '\core\lock\db_record_lock_factory';
        $this->call('source', 'start_backup', 'b.1', $this->course->id, true);
        $orphan = runner::lock(tasks::find('b.1'), 0);
        // A process of this machine that is gone, and one of another machine that has been silent for long.
        foreach ([['99999999 ' . gethostname(), time()], ['1 elsewhere', time() - HOURSECS]] as [$runner, $heartbeat]) {
            $DB->update_record('local_jouvence_tasks', (object) ['id' => tasks::find('b.1')->id, 'state' => 'running',
                'heartbeat' => $heartbeat, 'runner' => $runner]);
            $this->assertSame('waiting', $this->call('source', 'get_job', 'b.1')['state']);
        }
        $this->cron();
        $this->assertSame('done', $this->call('source', 'get_job', 'b.1')['state']);
        $orphan->release();
    }

    public function test_a_run_that_was_replaced_writes_nothing(): void {
        global $DB;
        $this->call('source', 'start_backup', 'b.1', $this->course->id, true);
        $row = tasks::find('b.1');
        $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'running']);
        $beat = new heartbeat(tasks::find('b.1'));
        $DB->set_field('local_jouvence_tasks', 'runs', 1, ['id' => $row->id]);
        $this->expectException(stopped::class);
        try {
            $beat->tell(0.9, 'writing');
        } finally {
            $this->assertEquals(0, tasks::find('b.1')->progress);
        }
    }

    public function test_a_restore(): void {
        global $DB;
        $this->backup('b.1', true);
        $upload = $this->uploaded('b.1');
        $this->assertSame('waiting', $this->start_restore('r.1', $upload, true, 'NEW')['state']);
        $this->cron();
        $task = $this->call('target', 'get_job', 'r.1');
        $this->assertSame('done', $task['state'], json_encode($task));
        $this->assertContains('name-changed', array_column($task['warnings'], 'code'));
        $course = $DB->get_record('course', ['id' => $task['courseid']]);
        $this->assertSame(['bio_1', 'NEW'], [$course->shortname, $course->idnumber]);
        $context = \context_course::instance($course->id);
        $this->assertTrue(is_enrolled($context, $DB->get_field('user', 'id', ['username' => 'eve'])));
        $this->assertFalse(is_enrolled($context, rights::userid('target')));
        $this->assertSame(0, $DB->count_records('role_assignments',
            ['contextid' => $context->id, 'userid' => rights::userid('target')]));
        $this->assertSame(2, count(get_fast_modinfo($course)->get_cms()));
        $this->assertSame([], glob(make_backup_temp_directory('') . '/*', GLOB_ONLYDIR));
        $this->assertFalse($DB->get_manager()->table_exists('backup_ids_temp'));
    }

    public function test_taken_back_for_a_day_unless_somebody_came(): void {
        global $DB;
        $this->backup('b.1', true);
        $upload = $this->uploaded('b.1');
        foreach (['r.1', 'r.2', 'r.3'] as $key) {
            $this->start_restore($key, $upload);
        }
        $this->cron();
        $courseid = $this->call('target', 'get_job', 'r.1')['courseid'];
        $this->assertSame(['before' => 'done', 'removed' => ['archive' => false, 'courseid' => $courseid]],
            $this->call('target', 'discard_job', 'r.1'));
        $this->assertFalse($DB->record_exists('course', ['id' => $courseid]));
        $this->assertSame('discarded', $this->call('target', 'discard_job', 'r.1')['before']);

        $opened = $this->call('target', 'get_job', 'r.2')['courseid'];
        $DB->insert_record('user_lastaccess', (object) ['userid' => 2, 'courseid' => $opened, 'timeaccess' => time()]);
        $DB->set_field('local_jouvence_tasks', 'timefinished', time() - DAYSECS - 1, ['taskkey' => 'r.3']);
        foreach (['r.2', 'r.3'] as $key) {
            $this->refused('not-allowed', function () use ($key) {
                $this->call('target', 'discard_job', $key);
            });
            $this->assertTrue($DB->record_exists('course', ['id' => $this->call('target', 'get_job', $key)['courseid']]));
        }
    }

    public function test_half_a_course_goes_without_a_copy_in_the_recycle_bin(): void {
        global $DB;
        set_config('categorybinenable', 1, 'tool_recyclebin');
        $this->backup('b.1', true);
        $upload = $this->uploaded('b.1');
        $this->start_restore('r.1', $upload);
        $wreck = $this->getDataGenerator()->create_course(['category' => $this->course->category]);
        $row = tasks::find('r.1');
        $tempid = str_repeat('ab', 16);
        make_backup_temp_directory($tempid);
        $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'state' => 'running', 'courseid' => $wreck->id,
            'tempid' => $tempid]);
        $this->assertSame('waiting', $this->call('target', 'get_job', 'r.1')['state']);
        $this->cron();
        $task = $this->call('target', 'get_job', 'r.1');
        $this->assertSame('done', $task['state'], json_encode($task));
        $this->assertNotEquals($wreck->id, $task['courseid']);
        $this->assertFalse($DB->record_exists('course', ['id' => $wreck->id]));
        $this->assertSame(0, $DB->count_records('tool_recyclebin_category'));
        $this->assertDirectoryDoesNotExist(make_backup_temp_directory('', false) . '/' . $tempid);
    }

    public function test_another_person_of_the_same_name_is_a_conflict_and_nothing_is_left(): void {
        global $DB;
        $this->backup('b.1', true);
        $upload = $this->uploaded('b.1');
        $DB->set_field('user', 'email', 'other@example.org', ['username' => 'eve']);
        // Else Moodle finds the same account by its number.
        set_config('siteidentifier', 'another site');
        $courses = $DB->count_records('course');
        $this->start_restore('r.1', $upload);
        $this->cron();
        $task = $this->call('target', 'get_job', 'r.1');
        $this->assertSame(['failed', 'conflict'], [$task['state'], $task['error']['code']], json_encode($task));
        $this->assertStringContainsString('eve', $task['error']['message']);
        $this->assertNull($task['courseid']);
        $this->assertSame($courses, $DB->count_records('course'));
    }

    public function test_an_archive_that_changed_is_refused(): void {
        $this->backup('b.1', true);
        $upload = $this->uploaded('b.1');
        $this->start_restore('r.1', $upload);
        file_put_contents(archives::upload_path((int) $upload->id), 'x', FILE_APPEND);
        $this->cron();
        $this->assertSame('conflict', $this->call('target', 'get_job', 'r.1')['error']['code']);
        $this->refused('conflict', function () {
            $this->call('target', 'start_restore', 'r.2', 'up.1', $this->course->category, true, 'always', str_repeat('0', 64));
        });
    }

    public function test_what_nobody_came_for_is_removed(): void {
        global $DB;
        $this->backup('b.1', true);
        $id = (int) tasks::find('b.1')->id;
        (new task\cleanup())->execute();
        $this->assertNotNull(archives::find($id));
        $DB->set_field('local_jouvence_tasks', 'timefinished', time() - DAYSECS - 1, ['id' => $id]);
        (new task\cleanup())->execute();
        $this->assertNull(archives::find($id));
        $this->refused('not-found', function () {
            $this->call('source', 'grant_download', 'b.1');
        });
        $this->assertSame('done', $this->call('source', 'get_job', 'b.1')['state']);
    }
}
