<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/dmllib.php');

/**
 * A process that has started a Moodle, and forks for each request. Starting one is most of what a call costs; and a fork
 * remembers nothing of the requests before it: what it knows is what every process of Moodle knows once it has started,
 * and it has a connection to the database of its own.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class forks {
    /** What config.php and the code said at the start is taken for true no longer than this. */
    private const MOST_SECONDS = 20;

    /** Drivers whose connection ends when it is disposed of, and can be made anew. */
    private const FAMILIES = ['postgres', 'mysql'];

    /** @var float seconds */
    private $until;

    /**
     * @return self|null null where a process can answer one request only
     */
    public static function open(): ?self {
        global $CFG, $DB;
        foreach (['pcntl_fork', 'pcntl_waitpid', 'pcntl_signal', 'pcntl_async_signals', 'posix_kill'] as $needed) {
            if (!function_exists($needed)) {
                return null;
            }
        }
        // A connection that outlives its script would be one for all.
        $persists = !empty($CFG->dbpersist) || !empty($CFG->dboptions['dbpersist']);
        return $persists || !in_array($DB->get_dbfamily(), self::FAMILIES, true) ? null : new self();
    }

    private function __construct() {
        global $DB;
        $this->until = microtime(true) + self::MOST_SECONDS;
        // A signal that comes in the moment of a fork reaches it, too.
        signals::note();
        $DB->dispose();
        // They may have connections as well.
        \cache_factory::instance()->reset_cache_instances();
    }

    /**
     * Does the work in a process of its own, and waits for its end. One that ends otherwise than it should takes this one
     * with it: whoever started us is told how.
     *
     * @param callable $work
     * @return bool whether there may be another
     */
    public function run(callable $work): bool {
        $pid = pcntl_fork();
        if ($pid < 1) {
            self::begin();
            $work();
            if ($pid === 0) {
                exit(0);
            }
            return false;
        }
        do {
            $ended = pcntl_waitpid($pid, $status);
        } while ($ended === -1 && pcntl_get_last_error() === PCNTL_EINTR);
        if (pcntl_wifsignaled($status)) {
            pcntl_signal(pcntl_wtermsig($status), SIG_DFL);
            posix_kill(getmypid(), pcntl_wtermsig($status));
        }
        if (!pcntl_wifexited($status) || pcntl_wexitstatus($status) !== 0) {
            exit(pcntl_wexitstatus($status) ?: 1);
        }
        return !signals::came() && microtime(true) < $this->until;
    }

    /**
     * What a fork must not share with others.
     */
    private static function begin(): void {
        global $DB;
        // Names that are drawn by lot would be the same in each.
        mt_srand();
        $DB = null;
        setup_DB();
        if (class_exists('core\\di', false)) {
            \core\di::set(\moodle_database::class, $DB);
        }
        // Settings as they are now.
        initialise_cfg();
    }
}
