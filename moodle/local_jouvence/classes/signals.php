<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Signals that ask a run on the command line to end. They are only noted: the run ends where it tells of its progress, and
 * removes what it made. Without PHP's pcntl a signal ends the process, as a kill does.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class signals {
    /** @var int number of the signal that came */
    private static $caught = 0;

    /** @var int process that does the work, or 0 */
    private static $worker = 0;

    /**
     * From now on.
     *
     * @param bool $restarts whether what waits in the system goes on waiting, as it must where Moodle talks to others
     */
    public static function note(bool $restarts = true): void {
        if (!function_exists('pcntl_async_signals') || !function_exists('pcntl_signal')) {
            return;
        }
        pcntl_async_signals(true);
        foreach ([SIGTERM, SIGINT, SIGHUP] as $signal) {
            pcntl_signal($signal, function (int $signal): void {
                self::$caught = $signal;
                self::pass_to(self::$worker);
            }, $restarts);
        }
    }

    /**
     * What comes may be sent to this process alone.
     *
     * @param int $worker process that is to be told as well, also of what has come already; 0: none
     */
    public static function pass_to(int $worker): void {
        self::$worker = $worker;
        if ($worker !== 0 && self::$caught !== 0) {
            posix_kill($worker, self::$caught);
        }
    }

    /**
     * @return bool whether one came
     */
    public static function came(): bool {
        return self::$caught !== 0;
    }
}
