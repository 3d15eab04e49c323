<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What people are told about their courses, by Moodle's own notifications.
 *
 * A notice is written down by the caller's key before it is sent: who asks again after a lost answer gets the answer of
 * the first time, and the person no second e-mail. Texts are not kept here; Moodle keeps them with its notifications.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class notices {
    /** As db/messages.php names them: each can be set by its receivers. */
    public const KINDS = ['carried', 'partly', 'failed', 'attention', 'digest'];

    /** How long a key is remembered. */
    public const KEEP_SECONDS = 30 * DAYSECS;

    /** A mail server may take its time; who has not ended by then was killed. */
    private const SENDING_SECONDS = 120;

    /**
     * @param string $key
     * @param int $userid
     * @param string $kind
     * @param \stdClass $message {subject, text, html, url, urlname}: html, url and urlname may be null
     * @return array {accepted, why}
     */
    public static function send(string $key, int $userid, string $kind, \stdClass $message): array {
        global $DB;
        $person = $DB->get_record('user', ['id' => $userid, 'deleted' => 0]);
        if (!$person || isguestuser($userid)) {
            throw new error('not-found', "there is no account {$userid}");
        }
        $row = self::begin($key, $userid, $kind);
        if ($row->sent) {
            return ['accepted' => true, 'why' => ''];
        }
        try {
            $why = self::refusal($person) ?? self::deliver($person, $kind, $key, $message);
        } catch (\Throwable $e) {
            $DB->delete_records('local_jouvence_notices', ['id' => $row->id]);
            throw $e;
        }
        if ($why === '') {
            $DB->set_field('local_jouvence_notices', 'sent', 1, ['id' => $row->id]);
        } else {
            // Nobody was told: when the account is mended, the same key may be tried again.
            $DB->delete_records('local_jouvence_notices', ['id' => $row->id]);
        }
        return ['accepted' => $why === '', 'why' => $why];
    }

    /**
     * The row of the key: a new one, or that of before.
     *
     * @param string $key
     * @param int $userid
     * @param string $kind
     * @return \stdClass not sent: it is now to be sent by the caller
     */
    private static function begin(string $key, int $userid, string $kind): \stdClass {
        global $DB;
        $find = function () use ($DB, $key) {
            return $DB->get_record('local_jouvence_notices', ['noticekey' => $key]);
        };
        $before = $find();
        if (!$before) {
            $row = (object) ['noticekey' => $key, 'userid' => $userid, 'kind' => $kind, 'sent' => 0, 'timecreated' => time()];
            try {
                $row->id = $DB->insert_record('local_jouvence_notices', $row);
                return $row;
            } catch (\dml_write_exception $e) {
                // Somebody else began with the same key meanwhile.
                $before = $find();
                if (!$before) {
                    throw $e;
                }
            }
        }
        // MariaDB finds the key in another case too.
        if ($before->noticekey !== $key || (int) $before->userid !== $userid || $before->kind !== $kind) {
            throw new error('conflict', "the key {$key} belongs to another notice");
        }
        if (!$before->sent && !self::take_over($before)) {
            throw new error('busy', "the notice {$key} is being sent");
        }
        return $before;
    }

    /**
     * A notice whose sender has not ended in time is sent again: better twice than not at all.
     *
     * @param \stdClass $row
     * @return bool whether it is ours now
     */
    private static function take_over(\stdClass $row): bool {
        global $DB;
        if ($row->timecreated > time() - self::SENDING_SECONDS) {
            return false;
        }
        $lock = \core\lock\lock_config::get_lock_factory('local_jouvence')->get_lock('notice-' . $row->id, 0);
        if (!$lock) {
            return false;
        }
        // Of two who came at once, the second finds it taken.
        $isours = $DB->record_exists('local_jouvence_notices',
            ['id' => $row->id, 'sent' => 0, 'timecreated' => $row->timecreated]);
        if ($isours) {
            $DB->set_field('local_jouvence_notices', 'timecreated', time(), ['id' => $row->id]);
        }
        $lock->release();
        return $isours;
    }

    /**
     * @param \stdClass $person
     * @return string|null why nobody would read it
     */
    private static function refusal(\stdClass $person): ?string {
        if ($person->suspended) {
            return "the account {$person->username} is suspended";
        }
        if (in_array($person->auth, ['nologin', 'webservice'], true)) {
            return "nobody signs in as {$person->username} ({$person->auth})";
        }
        return null;
    }

    /**
     * @param \stdClass $person
     * @param string $kind
     * @param string $key
     * @param \stdClass $message
     * @return string empty when Moodle took it, else why not
     */
    private static function deliver(\stdClass $person, string $kind, string $key, \stdClass $message): string {
        $note = new \core\message\message();
        $note->component = 'local_jouvence';
        $note->name = $kind;
        $note->userfrom = \core_user::get_noreply_user();
        $note->userto = $person;
        $note->notification = 1;
        $note->courseid = SITEID;
        $note->subject = $message->subject;
        $note->smallmessage = $message->subject;
        $note->fullmessage = $message->text;
        $note->fullmessageformat = FORMAT_PLAIN;
        // Moodle shows this as it is, and sends it by e-mail.
        $note->fullmessagehtml = $message->html === null
            ? text_to_html(s($message->text), false)
            : clean_text($message->html, FORMAT_HTML);
        $note->contexturl = $message->url;
        $note->contexturlname = $message->url === null ? null : ($message->urlname ?? $message->url);
        $note->customdata = ['jouvence' => ['key' => $key, 'kind' => $kind]];
        return message_send($note) ? '' : "Moodle did not take it: notices of the kind {$kind} are switched off on this site";
    }

    /**
     * @param int $now
     */
    public static function remove_old(int $now): void {
        global $DB;
        $DB->delete_records_select('local_jouvence_notices', 'timecreated < :before', ['before' => $now - self::KEEP_SECONDS]);
    }
}
