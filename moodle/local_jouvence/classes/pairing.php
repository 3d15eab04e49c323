<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * One-time codes: set-up prints one, the control plane gives it back for a token. A code opens once, for half an hour, and
 * is kept as a hash only.
 *
 * Pairing again ends the profile's earlier tokens at once, not when the new one is first used as a rotation does: whoever
 * pairs again may do so because the old token is in the wrong hands.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class pairing {
    /** How long a code can be used. */
    public const SECONDS = 1800;

    /** Crockford's base 32: nothing that people mistake. */
    private const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

    /** 26 letters of five bits: more than 128. */
    private const LENGTH = 26;

    /**
     * Makes a code; one that is still open for the profile is closed.
     *
     * @param string $profile
     * @param int $days life of its token
     * @param string $iprestriction
     * @return string `{wwwroot}#{secret}`
     */
    public static function open(string $profile, int $days, string $iprestriction): string {
        global $CFG, $DB;
        if (!self::is_private($CFG->wwwroot)) {
            throw new error('not-allowed', "the address of this site is {$CFG->wwwroot}: over plain http the token could " .
                'be read on its way. Give the site https ($CFG->wwwroot in config.php), then run this again');
        }
        $secret = '';
        for ($i = 0; $i < self::LENGTH; $i++) {
            $secret .= self::LETTERS[random_int(0, 31)];
        }
        $DB->delete_records('local_jouvence_pairings', ['profile' => $profile]);
        $DB->insert_record('local_jouvence_pairings', (object) [
            'profile' => $profile,
            'hash' => hash('sha256', $secret),
            'tokendays' => $days,
            'iprestriction' => $iprestriction,
            'timecreated' => time(),
            'timeexpires' => time() + self::SECONDS,
            'timeused' => 0,
        ]);
        event\pairing_opened::of($profile, ['until' => time() + self::SECONDS])->trigger();
        return $CFG->wwwroot . '#' . implode('-', str_split($secret, 5));
    }

    /**
     * Gives the token for a code.
     *
     * @param string $secret 26 letters
     * @param string $control address of the control plane, or empty
     * @return array {profile, token, expires, identifier, trust}
     */
    public static function redeem(string $secret, string $control): array {
        global $DB;
        if (!preg_match('/^[' . self::LETTERS . ']{' . self::LENGTH . '}$/D', $secret)) {
            throw new error('invalid-parameter', 'secret: must be the 26 letters of the pairing code, without hyphens');
        }
        self::require_control($control);
        if (!$DB->record_exists_select('local_jouvence_pairings', 'timeused = 0 AND timeexpires > :now', ['now' => time()])) {
            throw new error('not-found', 'no pairing code is open on this site: make one there with ' .
                'php local/jouvence/cli/setup.php --profile=…');
        }
        $pairing = self::claim($secret);
        set_config('tokendays_' . $pairing->profile, $pairing->tokendays, 'local_jouvence');
        set_config('iprestriction_' . $pairing->profile, $pairing->iprestriction, 'local_jouvence');
        set_config('control_' . $pairing->profile, $control, 'local_jouvence');
        tokens::end_all($pairing->profile);
        $made = tokens::create($pairing->profile, (int) $pairing->tokendays, $pairing->iprestriction);
        event\site_paired::of($pairing->profile, ['control' => $control, 'expires' => $made->expires])->trigger();
        return [
            'profile' => $pairing->profile,
            'token' => $made->token,
            'expires' => $made->expires,
            'identifier' => site::identifier(),
            'trust' => trust::public_key(),
        ];
    }

    /**
     * Uses the code up. Of two that come at once, one writes its claim where there is none yet, the other finds it.
     *
     * @param string $secret
     * @return \stdClass the pairing
     */
    private static function claim(string $secret): \stdClass {
        global $DB;
        $hash = hash('sha256', $secret);
        $claim = bin2hex(random_bytes(16));
        $DB->execute(
            'UPDATE {local_jouvence_pairings} SET timeused = :used, claim = :claim
              WHERE hash = :hash AND timeused = 0 AND timeexpires > :now',
            ['used' => time(), 'claim' => $claim, 'hash' => $hash, 'now' => time()]
        );
        $pairing = $DB->get_record('local_jouvence_pairings', ['hash' => $hash, 'claim' => $claim]);
        if (!$pairing) {
            throw new error('not-allowed', 'this pairing code is wrong, used or older than 30 minutes: make another on ' .
                'the site with php local/jouvence/cli/setup.php --profile=…');
        }
        return $pairing;
    }

    /**
     * People's tickets are sent to this address by their browsers: nothing but a plain web address will do.
     *
     * @param string $control
     */
    private static function require_control(string $control): void {
        $iswebaddress = strlen($control) <= 255 &&
            preg_match('~^https?://[A-Za-z0-9._:\[\]-]+(/[A-Za-z0-9._\~/%-]*)?$~D', $control) &&
            parse_url($control, PHP_URL_HOST) && substr($control, -1) !== '/';
        if ($control !== '' && !($iswebaddress && self::is_private($control))) {
            throw new error('invalid-parameter', 'control: must be empty, or an https address without / at its end ' .
                '(http only on this machine)');
        }
    }

    /**
     * Whether nobody on the way can read along.
     *
     * @param string $url
     * @return bool over TLS, or to this machine itself
     */
    public static function is_private(string $url): bool {
        $host = strtolower(trim((string) parse_url($url, PHP_URL_HOST), '[]'));
        return stripos($url, 'https://') === 0 || $host === 'localhost' || substr($host, -10) === '.localhost' ||
            $host === '::1' || preg_match('/^127(\.\d{1,3}){3}$/D', $host) === 1;
    }
}
