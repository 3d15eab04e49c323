<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Tickets that this site signs.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\trust
 */
final class trust_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * @param string $part
     * @return string
     */
    private static function decode(string $part): string {
        return base64_decode(strtr($part, '-_', '+/'));
    }

    public function test_a_ticket_says_who_and_no_more(): void {
        trust::ensure();
        $key = trust::public_key();
        $user = $this->getDataGenerator()->create_user(['username' => 'anne']);
        [$head, $claims, $signature] = explode('.', trust::ticket($user, 'https://j.example.org', str_repeat('s', 20)));
        $this->assertSame(['typ' => 'jouvence-ticket', 'alg' => $key['alg'], 'kid' => $key['kid']],
            json_decode(self::decode($head), true));
        $told = json_decode(self::decode($claims), true);
        $this->assertSame(['iss', 'aud', 'sub', 'username', 'lang', 'state', 'iat', 'exp', 'jti'], array_keys($told));
        $this->assertSame([site::identifier(), 'https://j.example.org', (string) $user->id, 'anne', 60],
            [$told['iss'], $told['aud'], $told['sub'], $told['username'], $told['exp'] - $told['iat']]);
        $this->assertSame('EdDSA', $key['alg'], 'this test needs sodium');
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $key['publickey']));
        $this->assertTrue(sodium_crypto_sign_verify_detached(self::decode($signature), "{$head}.{$claims}", substr($der, -32)));
    }

    public function test_the_key_stays_and_its_private_half_cannot_be_read(): void {
        $this->assertTrue(trust::ensure());
        $key = trust::public_key();
        $this->assertFalse(trust::ensure());
        $this->assertSame($key, trust::public_key());
        $this->assertStringStartsNotWith('plain:', get_config('local_jouvence', 'trustprivate'));

        // A copy of the database beside another key file.
        set_config('trustprivate', 'sodium:AAAA', 'local_jouvence');
        $this->assertTrue(trust::ensure());
        $this->assertNotSame($key['kid'], trust::public_key()['kid']);
    }

    public function test_service_accounts_are_no_people(): void {
        setup::run('source', '', false);
        $this->assertFalse(navigation::is_personal(\core_user::get_user(rights::userid('source'))));
        $this->assertTrue(navigation::is_personal(get_admin()));
    }

    public function test_the_way_is_shown_to_whom_it_is_for(): void {
        setup::run('source', '', false);
        $this->assertFalse(navigation::is_offered());
        set_config('control_source', 'https://j.example.org', 'local_jouvence');
        $this->assertTrue(navigation::is_offered());
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertFalse(navigation::is_offered());
        $this->setGuestUser();
        $this->assertFalse(navigation::is_offered());
    }
}
