<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * 256 bits that open one file of one task in one direction. Their text exists only in the answer that gives them.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class grants {
    /** Since it was used last; a transfer that goes on keeps its right, up to a day. */
    private const IDLE_SECONDS = 15 * MINSECS;

    private const LIFE_SECONDS = DAYSECS;

    /**
     * @param int $taskid
     * @param string $direction download or upload
     * @return array {grant, expires}
     */
    public static function give(int $taskid, string $direction): array {
        global $DB;
        $now = time();
        // Old ones go when new ones come.
        self::remove_old($now);
        $grant = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');
        $DB->insert_record('local_jouvence_grants', (object) ['taskid' => $taskid, 'direction' => $direction,
            'hash' => hash('sha256', $grant), 'timecreated' => $now, 'lastused' => $now]);
        return ['grant' => $grant, 'expires' => $now + self::IDLE_SECONDS];
    }

    /**
     * The task that a grant opens; using it keeps it alive.
     *
     * @param string $grant
     * @param string $direction
     * @return \stdClass its row
     */
    public static function redeem(string $grant, string $direction): \stdClass {
        global $DB;
        if ($grant === '') {
            throw new error('invalid-parameter', "this {$direction} needs a grant, in the header X-Jouvence-Grant");
        }
        $now = time();
        $found = $DB->get_record_select('local_jouvence_grants',
            'hash = :hash AND direction = :direction AND lastused > :idle AND timecreated > :life',
            ['hash' => hash('sha256', $grant), 'direction' => $direction,
                'idle' => $now - self::IDLE_SECONDS, 'life' => $now - self::LIFE_SECONDS]);
        $row = $found ? tasks::read((int) $found->taskid) : null;
        if (!$row || !self::is_in_use((int) $row->userid)) {
            throw new error('not-allowed', "this {$direction} needs a grant that is valid here and not expired");
        }
        if ((int) $found->lastused !== $now) {
            $DB->set_field('local_jouvence_grants', 'lastused', $now, ['id' => $found->id]);
        }
        return $row;
    }

    /**
     * A grant ends with the account that it was given to.
     *
     * @param int $userid
     * @return bool
     */
    private static function is_in_use(int $userid): bool {
        global $DB;
        return rights::profile_of($userid) !== null
            && $DB->record_exists('user', ['id' => $userid, 'deleted' => 0, 'suspended' => 0]);
    }

    /**
     * @param int $now
     */
    public static function remove_old(int $now): void {
        global $DB;
        $DB->delete_records_select('local_jouvence_grants', 'lastused <= :idle OR timecreated <= :life',
            ['idle' => $now - self::IDLE_SECONDS, 'life' => $now - self::LIFE_SECONDS]);
    }
}
