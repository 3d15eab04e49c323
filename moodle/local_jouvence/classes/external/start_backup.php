<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\error;
use local_jouvence\tasks;

/**
 * Asks for a backup of a course, which cron makes. The key makes it idempotent.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class start_backup extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters(['key' => shapes::text(), 'courseid' => shapes::int(), 'people' => shapes::bool()]);
    }

    /**
     * @param string $key
     * @param int $courseid
     * @param bool $people whether what people did comes along
     * @return array the task
     */
    public static function execute($key, $courseid, $people) {
        global $DB;
        $params = self::validate_parameters(self::execute_parameters(), compact('key', 'courseid', 'people'));
        $userid = self::enter('start_backup')->userid;
        tasks::require_key('key', $params['key']);
        self::require_ids($params, 'courseid');
        $asked = ['courseid' => $params['courseid'], 'people' => (bool) $params['people']];
        // Asked again after the course was deleted: the answer is still that of the first time.
        if (!tasks::find($params['key'], $userid)) {
            if (!$DB->record_exists('course', ['id' => $asked['courseid']]) || $asked['courseid'] === (int) SITEID) {
                throw new error('not-found', "there is no course {$asked['courseid']}");
            }
            $context = \context_course::instance($asked['courseid']);
            require_capability('moodle/backup:backupcourse', $context, $userid);
            if ($asked['people']) {
                require_capability('moodle/backup:userinfo', $context, $userid);
            }
        }
        return tasks::to_wire(tasks::ask('backup', $params['key'], $asked, $userid, $asked['courseid']));
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::task();
    }
}
