<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../compat.php');

/**
 * Tokens of the profiles' service accounts: Moodle's own (external_tokens), one in use and perhaps a newer one that nobody
 * has used yet.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class tokens {
    /** A token whose answer was lost is taken back by the next rotation, if it is older than this (seconds). */
    private const UNUSED_SECONDS = 600;

    /**
     * The row of the token by which the present call came.
     *
     * @return \stdClass|null null where there is none, as on the command line
     */
    public static function current(): ?\stdClass {
        global $DB, $USER;
        $text = optional_param('wstoken', '', PARAM_ALPHANUM);
        if ($text === '' || !defined('WS_SERVER')) {
            return null;
        }
        return $DB->get_record('external_tokens', ['token' => $text, 'userid' => $USER->id]) ?: null;
    }

    /**
     * A token was used: those of the profile that are older end.
     *
     * @param string $profile
     */
    public static function used(string $profile): void {
        global $DB;
        $current = self::current();
        if ($current) {
            $DB->delete_records_select('external_tokens', self::OF_PROFILE . ' AND id < :id',
                self::of_profile($profile) + ['id' => $current->id]);
        }
    }

    /**
     * A new token by Moodle's own function.
     *
     * @param string $profile
     * @param int $days until it ends
     * @param string $iprestriction as Moodle writes it; empty: from everywhere
     * @return \stdClass {string token, int expires}
     */
    public static function create(string $profile, int $days, string $iprestriction): \stdClass {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => rights::name($profile)], '*', MUST_EXIST);
        $userid = rights::userid($profile);
        $expires = time() + $days * DAYSECS;
        $system = \context_system::instance();
        $token = method_exists('core_external\\util', 'generate_token')
            ? \core_external\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $userid, $system, $expires, $iprestriction)
            : external_generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $userid, $system, $expires, $iprestriction);
        // Moodle makes its tokens from the clock and rand(); this one opens a whole site's courses.
        $random = bin2hex(random_bytes(16));
        $DB->set_field('external_tokens', 'token', $random, ['token' => $token]);
        $DB->set_field('external_tokens', 'creatorid', $userid, ['token' => $random]);
        return (object) ['token' => $random, 'expires' => $expires];
    }

    /**
     * A new token beside the present one, which ends when the new one is first used: a lost answer costs nothing.
     *
     * @param string $profile
     * @return \stdClass {string token, int expires}
     */
    public static function rotate(string $profile): \stdClass {
        global $DB;
        $current = self::current();
        $DB->delete_records_select('external_tokens',
            self::OF_PROFILE . ' AND id > :id AND timecreated < :before AND (lastaccess IS NULL OR lastaccess = 0)',
            self::of_profile($profile) + ['id' => $current->id ?? 0, 'before' => time() - self::UNUSED_SECONDS]);
        $days = (int) get_config('local_jouvence', 'tokendays_' . $profile) ?: 365;
        $made = self::create($profile, $days, (string) get_config('local_jouvence', 'iprestriction_' . $profile));
        event\token_rotated::of($profile, ['expires' => $made->expires])->trigger();
        return $made;
    }

    /**
     * Ends every token of a profile.
     *
     * @param string $profile
     */
    public static function end_all(string $profile): void {
        global $DB;
        $DB->delete_records_select('external_tokens', self::OF_PROFILE, self::of_profile($profile));
    }

    /**
     * The newest token of a profile.
     *
     * @param string $profile
     * @return \stdClass|null
     */
    public static function newest(string $profile): ?\stdClass {
        global $DB;
        $rows = $DB->get_records_select('external_tokens', self::OF_PROFILE, self::of_profile($profile), 'id DESC',
            'id, validuntil, iprestriction, lastaccess', 0, 1);
        return $rows ? reset($rows) : null;
    }

    private const OF_PROFILE = 'userid = :userid AND externalserviceid IN
        (SELECT id FROM {external_services} WHERE shortname = :service)';

    private static function of_profile(string $profile): array {
        return ['userid' => rights::userid($profile), 'service' => rights::name($profile)];
    }
}
