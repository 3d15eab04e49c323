<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * A control plane gives back a pairing code (POST: secret, control) and gets its token, as JSON.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

// phpcs:disable moodle.Files.RequireLogin.Missing
define('NO_MOODLE_COOKIES', true);
define('NO_DEBUG_DISPLAY', true);

require(__DIR__ . '/../../config.php');

use local_jouvence\error;
use local_jouvence\pairing;

/** Wrong codes from one address in ten minutes: a code cannot be guessed, but the log would fill. */
const LOCAL_JOUVENCE_TRIES = 30;

/** HTTP status of a refusal. */
const LOCAL_JOUVENCE_STATUS = ['not-found' => 404, 'not-allowed' => 403, 'invalid-parameter' => 400, 'busy' => 429];

$send = function (int $status, array $body): void {
    http_response_code($status);
    header('Content-Type: application/json; charset=utf-8');
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    echo json_encode($body, JSON_UNESCAPED_SLASHES);
};

$tries = \cache::make('local_jouvence', 'tries');
$from = md5(getremoteaddr(''));
try {
    if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
        header('Allow: POST');
        $send(405, ['exception' => error::class, 'errorcode' => 'invalid-parameter', 'message' =>
            'a pairing code is given back by POST: use jouvence sites add']);
        exit;
    }
    if (!pairing::is_private($CFG->wwwroot)) {
        throw new error('not-allowed', 'this site has no https: no token is given over plain http');
    }
    if ((int) $tries->get($from) >= LOCAL_JOUVENCE_TRIES) {
        throw new error('busy', 'too many wrong pairing codes from this address: try again in ten minutes');
    }
    // From the body alone: what stands in an address is kept in logs.
    $secret = isset($_POST['secret']) && is_string($_POST['secret']) ? $_POST['secret'] : '';
    $control = isset($_POST['control']) && is_string($_POST['control']) ? $_POST['control'] : '';
    $send(200, pairing::redeem($secret, $control));
} catch (error $e) {
    if ($e->errorcode === 'not-allowed') {
        $tries->set($from, (int) $tries->get($from) + 1);
    }
    $send(LOCAL_JOUVENCE_STATUS[$e->errorcode] ?? 403,
        ['exception' => error::class, 'errorcode' => $e->errorcode, 'message' => $e->getMessage()]);
} catch (\Throwable $e) {
    // A database's own words may quote the code's hash, never the code or a token.
    error_log('local_jouvence pairing: ' . get_class($e) . ': ' . $e->getMessage() . ' ' . ($e->debuginfo ?? ''));
    $send(500, ['exception' => error::class, 'errorcode' => 'site-error', 'message' =>
        'pairing failed on the site: its PHP log says why']);
}
