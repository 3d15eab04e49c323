<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_value as value;
use local_jouvence\error;
use local_jouvence\tasks;

/**
 * Asks for a new course from a finished upload, which cron makes. The key makes it idempotent.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class start_restore extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'key' => shapes::text(),
            'uploadkey' => shapes::text(),
            'categoryid' => shapes::int(),
            'people' => shapes::bool(),
            'enrolments' => shapes::text(),
            'sha256' => shapes::text(),
            'idnumber' => new value(PARAM_RAW, '', VALUE_DEFAULT, '', NULL_NOT_ALLOWED),
        ]);
    }

    /**
     * @param string $key
     * @param string $uploadkey
     * @param int $categoryid
     * @param bool $people
     * @param string $enrolments never, withusers or always
     * @param string $sha256 of the archive that is meant
     * @param string $idnumber of the new course, if it is free
     * @return array the task
     */
    public static function execute($key, $uploadkey, $categoryid, $people, $enrolments, $sha256, $idnumber = '') {
        $params = self::validate_parameters(self::execute_parameters(),
            compact('key', 'uploadkey', 'categoryid', 'people', 'enrolments', 'sha256', 'idnumber'));
        $userid = self::enter('start_restore')->userid;
        tasks::require_key('key', $params['key']);
        tasks::require_key('uploadkey', $params['uploadkey']);
        tasks::require_sha256($params['sha256']);
        self::require_ids($params, 'categoryid');
        if (!in_array($params['enrolments'], ['never', 'withusers', 'always'], true)) {
            throw new \invalid_parameter_exception('enrolments: must be never, withusers or always');
        }
        // As long as Moodle's column; a longer one would be cut, or stop the restore at its end.
        if (\core_text::strlen($params['idnumber']) > 100) {
            throw new error('invalid-parameter', 'idnumber: at most 100 characters');
        }
        $asked = ['people' => (bool) $params['people']] + $params;
        unset($asked['key']);
        if (!tasks::find($params['key'])) {
            self::require_upload($asked, $userid);
            self::require_rights($asked, $userid);
        }
        return tasks::to_wire(tasks::ask('restore', $params['key'], $asked, $userid));
    }

    private static function require_upload(array $asked, int $userid): void {
        $upload = tasks::find($asked['uploadkey'], $userid);
        if (!$upload || $upload->kind !== 'upload' || $upload->state !== 'done') {
            throw new error('not-found', "there is no finished upload {$asked['uploadkey']}");
        }
        if ($upload->sha256 !== $asked['sha256']) {
            throw new error('conflict', 'the upload is another archive than the one that is meant (SHA-256)');
        }
    }

    private static function require_rights(array $asked, int $userid): void {
        $context = \context_coursecat::instance($asked['categoryid'], IGNORE_MISSING);
        if (!$context) {
            throw new error('not-found', "there is no category {$asked['categoryid']}");
        }
        require_capability('moodle/course:create', $context, $userid);
        require_capability('moodle/restore:restorecourse', $context, $userid);
        if ($asked['people']) {
            require_capability('moodle/restore:userinfo', $context, $userid);
        }
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::task();
    }
}
