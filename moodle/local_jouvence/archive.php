<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * A finished backup goes out, under a grant (X-Jouvence-Grant): GET or HEAD, whole or from a byte on.
 *
 * The grant was given to a service account that may enter during maintenance, so this works then, too.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

// phpcs:disable moodle.Files.RequireLogin.Missing
define('NO_MOODLE_COOKIES', true);
define('NO_DEBUG_DISPLAY', true);
define('NO_OUTPUT_BUFFERING', true);

require(__DIR__ . '/../../config.php');

\local_jouvence\transfer::serve(['GET', 'HEAD'], 'download', [\local_jouvence\download::class, 'answer']);
