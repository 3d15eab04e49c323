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

    /** Moodle's words for a file that could not be written. */
    private const UNWRITTEN = ['error_writing_file', 'storedfilecannotcreatefile', 'storedfilecannotcreatefiledirs'];

    /** A disk with less is full. */
    private const FULL_BYTES = 4 * 1024 * 1024;

    /**
     * @param \Throwable $e
     * @param string $kind of the task
     * @return error
     */
    public static function of(\Throwable $e, string $kind): error {
        if ($e instanceof error) {
            return $e;
        }
        if ($e instanceof stopped) {
            return new error('busy', "this {$kind} was ended by a signal, and nothing of it is left: ask for it again");
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

    /**
     * What is thrown on, asked before anything is removed: on a disk that is full it is that.
     *
     * @param \Throwable $e
     * @return \Throwable
     */
    public static function on_disk(\Throwable $e): \Throwable {
        global $CFG;
        $full = $e instanceof error || $e instanceof stopped ? null : self::full_disk();
        if ($full !== null) {
            return new error('quota', "the disk of this site's {$full} is full: make room there, then try again");
        }
        if ($e instanceof \moodle_exception && in_array($e->errorcode, self::UNWRITTEN, true)) {
            // One file may be larger than all that is left, and Moodle has removed its beginning.
            $free = display_size((int) @disk_free_space($CFG->backuptempdir ?? $CFG->tempdir));
            return new error('quota', "a file could not be written ({$e->errorcode}): the disk is full, or may not be " .
                "written to; in this site's directory for backups (backuptempdir) {$free} are free");
        }
        return $e;
    }

    /**
     * Moodle says "cannot be written" of a full disk, or "cannot be read" of what was not written to its end.
     *
     * @return string|null which directory has no room
     */
    private static function full_disk(): ?string {
        global $CFG;
        $places = ['directory for backups (backuptempdir)' => $CFG->backuptempdir ?? '', 'temporary directory' => $CFG->tempdir,
            'data directory' => $CFG->dataroot];
        foreach ($places as $what => $path) {
            $free = $path !== '' ? @disk_free_space($path) : false;
            if ($free !== false && $free < self::FULL_BYTES) {
                return "{$what}, {$path},";
            }
        }
        return null;
    }
}
