<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What archive.php and upload.php have in common: the grant, the answers, the refusals with their HTTP status.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class transfer {
    /** Bytes kept so far. */
    public const RECEIVED = 'X-Jouvence-Received';

    private const STATUS = [
        'not-allowed' => 403, 'not-found' => 404, 'invalid-parameter' => 400, 'conflict' => 409, 'busy' => 409, 'quota' => 507,
    ];

    /**
     * Answers one call. Errors are JSON as over REST, with a status of their own.
     *
     * @param string[] $methods that are answered
     * @param string $direction
     * @param callable $answer given the row of the task
     */
    public static function serve(array $methods, string $direction, callable $answer): void {
        self::prepare();
        try {
            if (!in_array($_SERVER['REQUEST_METHOD'] ?? '', $methods, true)) {
                header('Allow: ' . implode(', ', $methods));
                throw new refused(405, 'invalid-parameter', 'only ' . implode(' and ', $methods) . ' are answered here');
            }
            $answer(grants::redeem((string) ($_SERVER['HTTP_X_JOUVENCE_GRANT'] ?? ''), $direction));
        } catch (error $e) {
            $status = $e instanceof refused ? $e->status : (self::STATUS[$e->errorcode] ?? 503);
            if ($e instanceof refused && $e->received !== null) {
                header(self::RECEIVED . ': ' . $e->received);
            }
            self::send($status, ['exception' => error::class, 'errorcode' => $e->errorcode, 'message' => $e->getMessage()]);
        } catch (\Throwable $e) {
            debugging("local_jouvence {$direction}: " . get_class($e) . ': ' . $e->getMessage(), DEBUG_NORMAL);
            self::send(503, ['exception' => error::class, 'errorcode' => 'site-error', 'message' =>
                "the {$direction} failed on the site: its PHP log says why"]);
        }
    }

    /**
     * Nothing between PHP and the web server may gather gigabytes, or change the bytes.
     */
    private static function prepare(): void {
        \core_php_time_limit::raise();
        @ini_set('zlib.output_compression', 'Off');
        if (function_exists('apache_setenv')) {
            @apache_setenv('no-gzip', '1');
        }
        while (ob_get_level() > 0 && @ob_end_clean()) {
            continue;
        }
        header('X-Accel-Buffering: no');
        header('X-Content-Type-Options: nosniff');
    }

    /**
     * @param int $status
     * @param array $body
     */
    public static function send(int $status, array $body): void {
        if (headers_sent()) {
            return;
        }
        http_response_code($status);
        header('Content-Type: application/json; charset=utf-8');
        header('Cache-Control: no-store');
        $text = json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        header('Content-Length: ' . strlen($text));
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'HEAD') {
            echo $text;
        }
    }
}
