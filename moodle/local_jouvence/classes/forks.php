<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/dmllib.php');

/**
 * A process that has started a Moodle, and forks for what it is asked. Starting one is most of what a call costs; and a
 * fork remembers nothing of others: what it knows is what every process of Moodle knows once it has started, and it has a
 * connection to the database of its own.
 *
 * A fork answers what comes within a second of its begin, as a page that takes a second does: what it has read of rights
 * and settings is no older than that. A request that it does not take stays in the pipe, for the next.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class forks {
    /** What config.php and the code said at the start is taken for true no longer than this. */
    private const MOST_SECONDS = 20;

    /** Of a fork, until which it takes another request. */
    private const FORK_SECONDS = 1.0;

    /** A fork's exit code: the process is to end as well, and nothing went wrong. */
    private const LAST = 100;

    /** Drivers whose connection ends when it is disposed of, and can be made anew. */
    private const FAMILIES = ['postgres', 'mysql'];

    /** @var resource requests, one a line */
    private $in;

    /** @var callable given a request; tells whether its process may take another */
    private $answer;

    /** @var callable called once another request is awaited */
    private $ready;

    /** @var float seconds */
    private $until;

    /**
     * @return bool whether a process can do more than answer one request
     */
    public static function are_possible(): bool {
        global $CFG, $DB;
        foreach (['pcntl_fork', 'pcntl_waitpid', 'pcntl_signal', 'pcntl_async_signals', 'posix_kill'] as $needed) {
            if (!function_exists($needed)) {
                return false;
            }
        }
        // A connection that outlives its script would be one for all.
        $persists = !empty($CFG->dbpersist) || !empty($CFG->dboptions['dbpersist']);
        return !$persists && in_array($DB->get_dbfamily(), self::FAMILIES, true);
    }

    /**
     * @param resource $in
     * @param callable $answer
     * @param callable $ready
     */
    public function __construct($in, callable $answer, callable $ready) {
        $this->in = $in;
        $this->answer = $answer;
        $this->ready = $ready;
    }

    /**
     * Until there is nothing more to answer. A fork that ends otherwise than it should takes this process with it: whoever
     * started us is told how.
     *
     * @param callable $prepare given each request, while its fork is at it: what many need is loaded once
     */
    public function serve(callable $prepare): void {
        global $DB;
        $this->until = microtime(true) + self::MOST_SECONDS;
        // A signal that comes in the moment of a fork reaches it, too.
        signals::note(false);
        $DB->dispose();
        // They may have connections as well.
        \cache_factory::instance()->reset_cache_instances();
        while (($line = $this->next()) !== false) {
            $pid = pcntl_fork();
            if ($pid === -1) {
                $this->burst($line);
                return;
            }
            if ($pid === 0) {
                exit($this->burst($line));
            }
            signals::pass_to($pid);
            $prepare($line);
            do {
                $ended = pcntl_waitpid($pid, $status);
            } while ($ended === -1 && pcntl_get_last_error() === PCNTL_EINTR);
            signals::pass_to(0);
            if (pcntl_wifsignaled($status)) {
                pcntl_signal(pcntl_wtermsig($status), SIG_DFL);
                posix_kill(getmypid(), pcntl_wtermsig($status));
            }
            $code = pcntl_wifexited($status) ? pcntl_wexitstatus($status) : 1;
            if ($code === self::LAST) {
                return;
            }
            if ($code !== 0) {
                exit($code);
            }
        }
    }

    /**
     * @return string|false a request; false when there is none any more, or this process was asked to end
     */
    private function next() {
        while (!signals::came()) {
            $read = [$this->in];
            $none = null;
            // A signal that comes just before is seen a second later.
            if (@stream_select($read, $none, $none, 1)) {
                return fgets($this->in);
            }
        }
        return false;
    }

    /**
     * The life of a fork.
     *
     * @param string $line its first request
     * @return int exit code
     */
    private function burst(string $line): int {
        global $DB;
        $until = microtime(true) + self::FORK_SECONDS;
        self::begin();
        do {
            $isclean = ($this->answer)($line);
            if (!$isclean || $DB->is_transaction_started() || signals::came() || microtime(true) >= $this->until) {
                return self::LAST;
            }
            ($this->ready)();
            $left = (int) max(0, ($until - microtime(true)) * 1e6);
            $read = [$this->in];
            $none = null;
            if ($left === 0 || !@stream_select($read, $none, $none, 0, $left)) {
                return 0;
            }
            $line = fgets($this->in);
        } while ($line !== false);
        return self::LAST;
    }

    /**
     * What a fork must not share with others.
     */
    private static function begin(): void {
        global $DB;
        signals::note();
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
