<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../compat.php');

/**
 * The protocol on the command line (cli/call.php). A request is a line, one of
 *
 *   {"profile": "source", "function": "local_jouvence_get_site", "params": {…}}
 *   {"profile": "source", "transfer": "download", "grant": "…", "from": 0, "sha256": "of what was begun, or empty"}
 *   {"profile": "target", "transfer": "upload", "grant": "…"}
 *
 * and the answer, one JSON document a line: `{"result": …}`, or `{"error": {exception, errorcode, message}}` as over REST.
 * A function that starts or shows a task goes on after its result, when the task waits for somebody to run it: it is run
 * here, told of by `{"task": …}`, the last of which is its end. A download says `{"archive": {from, sizebytes, sha256}}`
 * and writes to descriptor 4; an upload says `{"received": bytes}`, reads what follows from descriptor 4, and says it again
 * after each part.
 *
 * A request may say `"tasks": true`: others that start tasks are to be expected.
 *
 * `{"ready": true}` says that another request may follow (classes/forks.php); without it the process ends.
 *
 * Parameters are texts, as in a form: both transports are checked by the same code.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class command {
    /** Besides the agent's own. */
    private const SITE_INFO = 'core_webservice_get_site_info';

    /** After these a task that waits is run. */
    private const RUNNING = ['local_jouvence_start_backup', 'local_jouvence_start_restore', 'local_jouvence_get_job'];

    /** A run that a database ended (deadlock) is made again, as over cron; more than these are no accident. */
    private const MOST_TURNS = 5;

    /** @var resource|null descriptor 3 */
    private static $out = null;

    /** @var bool whether there was an answer */
    private static $answered = false;

    /**
     * @return bool whether this process answers a call of the command line
     */
    public static function answers(): bool {
        return self::$out !== null;
    }

    /**
     * Answers what comes, to the end of the standard input, or until no other answer can be given.
     *
     * @param resource $out
     * @param resource $in
     */
    public static function serve($out, $in): void {
        self::$out = $out;
        // Memory that is used up, or a plugin that calls exit.
        \core_shutdown_manager::register_function([self::class, 'last_words']);
        if (!forks::are_possible()) {
            self::answer((string) fgets($in));
            return;
        }
        $forks = new forks($in, [self::class, 'answer'], function (): void {
            self::say(['ready' => true]);
        });
        $forks->serve(function (string $line): void {
            $request = json_decode($line, true, 16);
            if (is_array($request) && ($request['tasks'] ?? false) === true) {
                ($request['profile'] ?? '') === 'source' ? backup_run::load() : restore_run::load();
            }
        });
    }

    /**
     * @param string $line a request
     * @return bool whether this process is as it was before, and may be asked again
     */
    public static function answer(string $line): bool {
        global $CFG, $COURSE, $PAGE, $SITE;
        self::$answered = false;
        // As Moodle does between the calls of one page.
        $page = empty($CFG->moodlepageclass) ? \moodle_page::class : $CFG->moodlepageclass;
        $PAGE = new $page();
        $COURSE = clone $SITE;
        $request = json_decode($line, true, 16);
        try {
            if (!is_array($request) || !is_string($request['profile'] ?? null)) {
                throw new error('invalid-parameter', 'standard input must hold one JSON document a line, with a profile');
            }
            self::require_ready();
            self::become($request['profile']);
            if (isset($request['transfer'])) {
                self::transfer($request);
                return true;
            }
            $function = (string) ($request['function'] ?? '');
            $result = self::call($request['profile'], $function, (array) ($request['params'] ?? []));
            self::say(['result' => $result]);
            if (in_array($function, self::RUNNING, true)) {
                self::run_here((string) $result['key']);
            }
            return true;
        } catch (\Throwable $e) {
            self::say_error($e);
            // What broke off in the middle of an archive leaves the rest of it in the descriptor.
            return !isset($request['transfer']) && ($e instanceof error || $e instanceof \moodle_exception);
        }
    }

    /**
     * Of a process that ends without an answer.
     */
    public static function last_words(): void {
        $error = error_get_last();
        if (!self::$answered && $error && ($error['type'] & (E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE))) {
            // The place tells an administrator which plugin it was; the rest is a trace.
            $message = strtok($error['message'], "\n");
            self::say(['error' => ['exception' => error::class, 'errorcode' => 'site-error',
                'message' => "its PHP ended: {$message} in {$error['file']}:{$error['line']}"]]);
        }
    }

    /**
     * New files of a plugin on an old database give errors of every kind.
     */
    private static function require_ready(): void {
        global $CFG;
        $plugin = new \stdClass();
        require(__DIR__ . '/../version.php');
        if (!empty($CFG->upgraderunning) && $CFG->upgraderunning > time()) {
            throw new error('busy', 'this site is being upgraded');
        }
        if ((string) $plugin->version !== (string) get_config('local_jouvence', 'version')) {
            throw new error('busy', 'this site waits for an upgrade: run php admin/cli/upgrade.php on it');
        }
    }

    /**
     * Acts as the profile's service account from now on.
     *
     * @param string $profile
     */
    private static function become(string $profile): void {
        $userid = in_array($profile, rights::profiles(), true) ? rights::userid($profile) : 0;
        $user = $userid ? \core_user::get_user($userid) : false;
        if (!$user || $user->deleted || $user->suspended) {
            throw new error('not-allowed', "the profile {$profile} is not set up on this site: run " .
                "php local/jouvence/cli/setup.php --profile={$profile} --no-code");
        }
        \core\session\manager::set_user($user);
    }

    /**
     * @param string $profile
     * @param string $function as over REST
     * @param array $params texts, and lists of them
     * @return mixed
     */
    private static function call(string $profile, string $function, array $params) {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $info = \core_external\external_api::external_function_info($function);
        $service = ['shortname' => rights::name($profile), 'functionname' => $function];
        $given = $DB->record_exists_sql('SELECT 1 FROM {external_services} s JOIN {external_services_functions} f
            ON f.externalserviceid = s.id WHERE s.shortname = :shortname AND f.functionname = :functionname', $service);
        if (!$given || ($info->component !== 'local_jouvence' && $function !== self::SITE_INFO)) {
            throw new \webservice_access_exception("{$function} is not in the service of the profile {$profile}");
        }
        $params = call_user_func([$info->classname, 'validate_parameters'], $info->parameters_desc, $params);
        $result = call_user_func_array([$info->classname, $info->methodname], array_values($params));
        if ($function === self::SITE_INFO) {
            $result = self::site_info($profile) + $result;
        }
        return $info->returns_desc === null ? null
            : call_user_func([$info->classname, 'clean_returnvalue'], $info->returns_desc, $result);
    }

    /**
     * What Moodle says only to a token.
     *
     * @param string $profile
     * @return array
     */
    private static function site_info(string $profile): array {
        global $CFG, $DB;
        $plugin = new \stdClass();
        require(__DIR__ . '/../version.php');
        $names = $DB->get_fieldset_sql('SELECT f.functionname FROM {external_services_functions} f
            JOIN {external_services} s ON s.id = f.externalserviceid WHERE s.shortname = ?', [rights::name($profile)]);
        return ['release' => $CFG->release, 'version' => (string) $CFG->version, 'downloadfiles' => 0, 'uploadfiles' => 0,
            'functions' => array_map(function (string $name) use ($CFG, $plugin): array {
                $ours = strpos($name, 'local_jouvence_') === 0;
                return ['name' => $name, 'version' => (string) ($ours ? $plugin->version : $CFG->version)];
            }, $names)];
    }

    /**
     * @param string $key of a task, which was answered for just now
     */
    private static function run_here(string $key): void {
        $row = tasks::find($key);
        if (!$row || !runner::is_due($row)) {
            return;
        }
        signals::note();
        heartbeat::listen([self::class, 'tell']);
        for ($turn = 0; $turn < self::MOST_TURNS && runner::is_due($row) && !signals::came(); $turn++) {
            runner::run((int) $row->id);
            $row = tasks::read((int) $row->id);
        }
        self::tell($row);
    }

    /**
     * @param \stdClass $row of a task
     */
    public static function tell(\stdClass $row): void {
        self::say(['task' => \core_external\external_api::clean_returnvalue(external\shapes::task(), tasks::to_wire($row))]);
    }

    /**
     * @param array $request
     */
    private static function transfer(array $request): void {
        $direction = $request['transfer'] === 'upload' ? 'upload' : 'download';
        $row = grants::redeem((string) ($request['grant'] ?? ''), $direction);
        $archive = @fopen('php://fd/4', $direction === 'upload' ? 'rb' : 'wb');
        if (!$archive) {
            throw new error('invalid-parameter', 'descriptor 4 is not open for the archive');
        }
        if ($direction === 'upload') {
            upload::take_rest($row, $archive, function (int $received): void {
                self::say(['received' => $received]);
            });
            return;
        }
        $file = $row->state === 'done' ? archives::find((int) $row->id) : null;
        if (!$file || !$row->sha256) {
            throw new error('not-found', 'there is no such archive any more');
        }
        $size = (int) $row->sizebytes;
        // The end of one archive is never glued to the beginning of another.
        $from = ($request['sha256'] ?? '') === $row->sha256 ? max(0, min($size, (int) ($request['from'] ?? 0))) : 0;
        self::say(['archive' => ['from' => $from, 'sizebytes' => $size, 'sha256' => $row->sha256]]);
        download::stream($file, $from, $size - $from, function (string $chunk) use ($archive): bool {
            for ($sent = 0; $sent < strlen($chunk); $sent += $written) {
                $written = @fwrite($archive, $sent === 0 ? $chunk : substr($chunk, $sent));
                if (!$written) {
                    return false;
                }
            }
            return true;
        });
        fclose($archive);
    }

    /**
     * The same keys as over REST.
     *
     * @param \Throwable $e
     */
    private static function say_error(\Throwable $e): void {
        $known = $e instanceof error || $e instanceof \moodle_exception;
        self::say(['error' => ['exception' => get_class($e), 'errorcode' => $known ? $e->errorcode : null,
            'message' => $e->getMessage()]] + ($e instanceof refused ? ['received' => $e->received] : []));
        // What was meant for nobody but the site's own administrator.
        fwrite(STDERR, get_class($e) . ': ' . $e->getMessage() . ' ' . ($e->debuginfo ?? '') . "\n");
    }

    /**
     * @param array $line
     */
    private static function say(array $line): void {
        self::$answered = true;
        // Whoever asked may be gone.
        @fwrite(self::$out, json_encode($line, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR
            | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    }
}
