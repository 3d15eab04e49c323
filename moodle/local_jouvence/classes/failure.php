<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What whoever asked for a task is told of an error in it: one of the protocol's codes and a sentence.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class failure {
    /** Moodle's words for a right that is missing. */
    private const RIGHTS = [
        'nopermissions', 'backup_user_missing_capability', 'restore_user_missing_capability',
        'backup_setting_value_wrong_for_capability', 'restore_setting_value_wrong_for_capability',
    ];

    /**
     * @param \Throwable $e
     * @param string $kind of the task
     * @return error
     */
    public static function of(\Throwable $e, string $kind): error {
        if ($e instanceof error) {
            return $e;
        }
        $code = $e instanceof \moodle_exception ? (string) $e->errorcode : get_class($e);
        if (in_array($code, self::RIGHTS, true)) {
            $what = is_object($e->a ?? null) && isset($e->a->capability) ? $e->a->capability : $e->getMessage();
            return new error('not-allowed', "the service account may not do this {$kind} here: {$what}. " .
                'Run php local/jouvence/cli/setup.php on the site again');
        }
        // Database errors carry the values that they stumbled over: those are for the site's own log.
        $message = $e instanceof \dml_exception ? 'its database refused something' : $e->getMessage();
        return new error('site-error', \core_text::substr(
            "Moodle stopped this {$kind} ({$code}): {$message}; the log of the site's task run says more", 0, 1000));
    }
}
