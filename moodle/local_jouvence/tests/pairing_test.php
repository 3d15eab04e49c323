<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Codes that open once.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\pairing, \local_jouvence\tokens
 */
final class pairing_test extends \advanced_testcase {
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $CFG->wwwroot = 'https://www.example.com/moodle';
        setup::run('source', '', false);
    }

    /**
     * @param string $code as printed
     * @return string
     */
    private static function secret(string $code): string {
        return str_replace('-', '', substr($code, strpos($code, '#') + 1));
    }

    public function test_a_code_opens_once(): void {
        global $DB;
        $code = pairing::open('source', 30, '192.0.2.0/24');
        $this->assertMatchesRegularExpression('~^https://www\.example\.com/moodle#([0-9a-z]{5}-){5}[0-9a-z]$~', $code);
        $secret = self::secret($code);
        $this->assertFalse($DB->record_exists('local_jouvence_pairings', ['hash' => $secret]));
        $got = pairing::redeem($secret, 'https://jouvence.example.org');
        $row = $DB->get_record('external_tokens', ['token' => $got['token']], '*', MUST_EXIST);
        $this->assertEquals(rights::userid('source'), $row->userid);
        $this->assertSame('192.0.2.0/24', $row->iprestriction);
        $this->assertEqualsWithDelta(time() + 30 * DAYSECS, $row->validuntil, 5);
        $this->assertSame(md5(get_site_identifier()), $got['identifier']);
        $this->assertSame(['source' => 'https://jouvence.example.org'], navigation::controls());
        $this->assert_refused('not-found', $secret);
    }

    public function test_a_code_ends_after_half_an_hour(): void {
        global $DB;
        $secret = self::secret(pairing::open('source', 30, ''));
        $DB->set_field('local_jouvence_pairings', 'timeexpires', time() - 1, []);
        $this->assert_refused('not-found', $secret);
    }

    public function test_a_wrong_code_leaves_the_right_one_open(): void {
        $secret = self::secret(pairing::open('source', 30, ''));
        $this->assert_refused('not-allowed', str_repeat('0', 26));
        $this->assert_refused('invalid-parameter', strtoupper($secret));
        foreach (['http://jouvence.example.org', 'javascript:alert(1)', 'https://a"b', 'https://a/?b', 'https://u@a'] as $control) {
            $this->assert_refused('invalid-parameter', $secret, $control);
        }
        $this->assertSame('source', pairing::redeem($secret, '')['profile']);
        $this->assertSame([], navigation::controls());
    }

    public function test_pairing_again_ends_earlier_tokens_at_once(): void {
        global $DB;
        $first = pairing::redeem(self::secret(pairing::open('source', 30, '')), '');
        $second = pairing::redeem(self::secret(pairing::open('source', 30, '')), '');
        $this->assertFalse($DB->record_exists('external_tokens', ['token' => $first['token']]));
        $this->assertTrue($DB->record_exists('external_tokens', ['token' => $second['token']]));
    }

    public function test_a_rotated_token_stands_beside_the_old_one(): void {
        global $DB;
        $first = pairing::redeem(self::secret(pairing::open('source', 30, '192.0.2.7')), '');
        $second = tokens::rotate('source');
        $this->assertTrue($DB->record_exists('external_tokens', ['token' => $first['token']]));
        $this->assertSame('192.0.2.7', $DB->get_field('external_tokens', 'iprestriction', ['token' => $second->token]));
    }

    public function test_no_code_over_plain_http(): void {
        global $CFG;
        $CFG->wwwroot = 'http://www.example.com';
        $this->expectException(error::class);
        $this->expectExceptionMessageMatches('/plain http/');
        pairing::open('source', 30, '');
    }

    public function test_the_log_has_no_secrets(): void {
        $sink = $this->redirectEvents();
        $secret = self::secret(pairing::open('source', 30, ''));
        $got = pairing::redeem($secret, 'https://jouvence.example.org');
        $rotated = tokens::rotate('source');
        $logged = '';
        $ours = 0;
        foreach ($sink->get_events() as $event) {
            $logged .= json_encode($event->get_data()) . $event->get_description();
            $ours += (int) ($event instanceof event\agent_event);
            $event instanceof event\agent_event && $this->assertNotSame('', $event->get_name());
        }
        $this->assertSame(3, $ours);
        foreach ([$secret, $got['token'], $rotated->token] as $hidden) {
            $this->assertStringNotContainsString($hidden, $logged);
        }
    }

    /**
     * @param string $errorcode
     * @param string $secret
     * @param string $control
     */
    private function assert_refused(string $errorcode, string $secret, string $control = ''): void {
        try {
            pairing::redeem($secret, $control);
            $this->fail('the code was taken');
        } catch (error $e) {
            $this->assertSame($errorcode, $e->errorcode);
        }
    }
}
