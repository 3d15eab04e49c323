<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Who may run scripts of the command line here. Needs nothing of Moodle but its configuration: it is asked before Moodle
 * writes its first file.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class owner {
    /**
     * Files that Moodle writes as one account cannot be read or replaced by another; the key of this site is such a file.
     *
     * @param string $dataroot
     * @param string $script of this plugin, for the message
     * @return string|null why this account may not; null: it may
     */
    public static function refusal(string $dataroot, string $script): ?string {
        $account = self::account();
        if ($account === null) {
            return null;
        }
        // The directory itself may have been made by an administrator; what Moodle made in it was made by the web server.
        $made = array_filter([$dataroot . '/filedir', $dataroot . '/muc', $dataroot], 'is_dir');
        $owner = $made ? fileowner(reset($made)) : false;
        if ($owner === false || $owner === $account) {
            return null;
        }
        $name = function_exists('posix_getpwuid') ? posix_getpwuid($owner)['name'] ?? $owner : $owner;
        return "this must run as {$name}, who owns the data directory {$dataroot}: " .
            "sudo -u {$name} php " . dirname(__DIR__) . "/cli/{$script} …";
    }

    /**
     * @return int|null null where there are no accounts
     */
    private static function account(): ?int {
        if (function_exists('posix_geteuid')) {
            return posix_geteuid();
        }
        // Without that extension: whose a file is that was made just now.
        $file = DIRECTORY_SEPARATOR === '/' ? tmpfile() : false;
        return $file ? fileowner(stream_get_meta_data($file)['uri']) : null;
    }
}
