<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * An archive comes in by parts, under a grant (X-Jouvence-Grant): POST a part as it is, HEAD asks how much is here.
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

\local_jouvence\transfer::serve(['POST', 'HEAD'], 'upload', [\local_jouvence\upload::class, 'answer']);
