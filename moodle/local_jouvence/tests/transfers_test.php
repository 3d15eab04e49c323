<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Grants, ranges and what is read of an archive. The parts themselves need a web server: the conformance suite.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\grants, \local_jouvence\download, \local_jouvence\archive_reader
 */
final class transfers_test extends \advanced_testcase {
    private function task(): \stdClass {
        $this->resetAfterTest();
        $this->setAdminUser();
        setup::run('target', '', false);
        return tasks::ask('upload', 'u.1', ['filename' => 'x', 'sizebytes' => 1, 'sha256' => ''], rights::userid('target'));
    }

    private function refused(string $code, callable $call): void {
        try {
            $call();
            $this->fail("not refused: {$code}");
        } catch (error $e) {
            $this->assertSame($code, $e->errorcode);
        }
    }

    public function test_a_grant_opens_one_task_in_one_direction_for_a_time(): void {
        global $DB;
        $task = $this->task();
        $grant = grants::give((int) $task->id, 'upload')['grant'];
        $this->assertSame($task->id, grants::redeem($grant, 'upload')->id);
        $this->assertStringNotContainsString($grant, json_encode($DB->get_records('local_jouvence_grants')));
        $this->refused('not-allowed', function () use ($grant) {
            grants::redeem($grant, 'download');
        });
        $this->refused('not-allowed', function () {
            grants::redeem('x', 'upload');
        });
        $this->refused('invalid-parameter', function () {
            grants::redeem('', 'upload');
        });
        // Using it keeps it alive, for a day at most.
        $DB->set_field('local_jouvence_grants', 'lastused', time() - 14 * MINSECS);
        grants::redeem($grant, 'upload');
        $this->assertGreaterThan(time() - 10, (int) $DB->get_field('local_jouvence_grants', 'lastused', []));
        $DB->set_field('local_jouvence_grants', 'timecreated', time() - DAYSECS - 1);
        $this->refused('not-allowed', function () use ($grant) {
            grants::redeem($grant, 'upload');
        });
        $idle = grants::give((int) $task->id, 'upload')['grant'];
        $this->assertSame(1, $DB->count_records('local_jouvence_grants'));
        $DB->set_field('local_jouvence_grants', 'lastused', time() - 15 * MINSECS - 1);
        $this->refused('not-allowed', function () use ($idle) {
            grants::redeem($idle, 'upload');
        });
    }

    public function test_a_grant_ends_with_its_account(): void {
        global $DB;
        $grant = grants::give((int) $this->task()->id, 'upload')['grant'];
        $DB->set_field('user', 'suspended', 1, ['id' => rights::userid('target')]);
        $this->refused('not-allowed', function () use ($grant) {
            grants::redeem($grant, 'upload');
        });
    }

    public static function ranges(): array {
        return [
            'none' => [null, null, null],
            'from a byte' => ['bytes=10-', null, [10, 99]],
            'inside' => ['bytes=10-19', null, [10, 19]],
            'the end' => ['bytes=-5', null, [95, 99]],
            'more than there is' => ['bytes=90-200', null, [90, 99]],
            'the end, more than there is' => ['bytes=-500', null, [0, 99]],
            'beyond' => ['bytes=100-', null, false],
            'nothing of the end' => ['bytes=-0', null, false],
            'backwards' => ['bytes=9-3', null, null],
            'several' => ['bytes=0-1,5-6', null, null],
            'no bytes' => ['lines=1-2', null, null],
            'empty' => ['bytes=-', null, null],
            'huge' => ['bytes=9999999999999999-', null, null],
            'of this archive' => ['bytes=10-', '"e"', [10, 99]],
            'of another archive' => ['bytes=10-', '"f"', null],
            'of a weak tag' => ['bytes=10-', 'W/"e"', null],
        ];
    }

    /**
     * @dataProvider ranges
     * @param string|null $range
     * @param string|null $ifrange
     * @param array|null|false $expected
     */
    public function test_ranges(?string $range, ?string $ifrange, $expected): void {
        $this->assertSame($expected, download::range(100, $range, $ifrange, '"e"'));
    }

    public function test_an_archive_is_read_without_its_entities(): void {
        $directory = make_request_directory();
        mkdir($directory . '/course');
        $secret = $directory . '/secret';
        file_put_contents($secret, 'SECRET');
        file_put_contents($directory . '/course/enrolments.xml', '<enrolments><enrols><enrol id="1"><enrol>manual</enrol>
            <user_enrolments><enrolment id="1"><userid>3</userid></enrolment><enrolment id="2"><userid>4</userid></enrolment>
            </user_enrolments></enrol><enrol id="2"><enrol>cohort</enrol><user_enrolments></user_enrolments></enrol></enrols></enrolments>');
        file_put_contents($directory . '/scales.xml', '<scales_definition><scale id="7"><courseid>0</courseid><name>A &amp; B</name>
            <scale>x, y</scale><other>$@NULL@$</other></scale><scale id="8"><name/></scale></scales_definition>');
        file_put_contents($directory . '/evil.xml', "<!DOCTYPE a [<!ENTITY x SYSTEM \"file://{$secret}\">]><a><b><c>&x;</c></b></a>");
        file_put_contents($directory . '/broken.xml', '<a><b>');
        $archive = new archive_reader($directory);
        $this->assertSame([['method' => 'manual', 'people' => 2], ['method' => 'cohort', 'people' => 0]],
            $archive->enrolment_methods());
        $this->assertSame([['@id' => '7', 'courseid' => '0', 'name' => 'A & B', 'scale' => 'x, y', 'other' => ''],
            ['@id' => '8', 'name' => '']], iterator_to_array($archive->records('scales.xml', 'scale'), false));
        $this->assertSame([], iterator_to_array($archive->records('absent.xml', 'scale'), false));
        $this->assertStringNotContainsString('SECRET', implode(iterator_to_array($archive->texts('evil.xml', 'c'), false)));
        $this->refused('invalid-parameter', function () use ($archive) {
            iterator_to_array($archive->texts('broken.xml', 'c'), false);
        });
    }
}
