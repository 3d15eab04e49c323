<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Gives a control plane a way in: makes or mends what a profile needs, and prints a pairing code.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);
define('ABORT_AFTER_CONFIG', true);

require_once(__DIR__ . '/../classes/owner.php');
$local_jouvence_asked = false;
$local_jouvence_ask = function () use (&$local_jouvence_asked) {
    global $CFG;
    if ($local_jouvence_asked || empty($CFG->dataroot)) {
        return;
    }
    $local_jouvence_asked = true;
    $refusal = \local_jouvence\owner::refusal($CFG->dataroot, 'setup.php');
    if ($refusal !== null) {
        fwrite(STDERR, 'setup.php: ' . $refusal . PHP_EOL);
        exit(1);
    }
};
// Before Moodle writes a file; and where it ends by itself, because it cannot.
register_shutdown_function($local_jouvence_ask);
require(__DIR__ . '/../../../config.php');
$local_jouvence_ask();

define('ABORT_AFTER_CONFIG_CANCEL', true);
require($CFG->dirroot . '/lib/setup.php');
require_once($CFG->libdir . '/clilib.php');

use local_jouvence\category_keys;
use local_jouvence\connection;
use local_jouvence\error;
use local_jouvence\pairing;
use local_jouvence\rights;
use local_jouvence\setup;

const LOCAL_JOUVENCE_HELP = <<<'HELP'
Gives a Jouvence control plane a way into this site: makes or mends the service, the role and the account of a profile,
and prints a pairing code. Running it again mends what has changed since.

  php local/jouvence/cli/setup.php --profile=source [--days=365] [--ip=ADDRESS[,ADDRESS]]
  php local/jouvence/cli/setup.php --profile=target [--days=365] [--ip=…] [--create-people]
  php local/jouvence/cli/setup.php --profile=fleet  [--days=365] [--ip=…]
  php local/jouvence/cli/setup.php --category-key=TABLE:FOREIGNKEY:FIELD
  php local/jouvence/cli/setup.php --status
  php local/jouvence/cli/setup.php --remove --profile=…

  --profile        source: courses are taken from this site, nothing on it is changed
                   target: courses are brought to this site
                   fleet: this site is looked after together with others
  --days           how long the token lasts, 1 to 3650; Jouvence renews it before it ends
  --ip             the only addresses that the token is good for: 192.0.2.7, 192.0.2.0/24, 192.0.2.1-20
  --create-people  restores may create the accounts that courses with participants need
  --command-line   for a Jouvence on this machine, which runs cli/call.php: no code, and web services stay as they are
  --no-code        only mend, and print no pairing code: what is paired stays paired, with its addresses, and restores
                   may still create accounts if they might before
  --category-key   lets Jouvence read a key of each category, by which it finds the same one on another site: the value
                   of FIELD in the row of TABLE whose FOREIGNKEY is the category's id. The table's name is without the
                   prefix. Give it again for another; course_categories:id:idnumber and course_categories:id:name need
                   no leave. Site administration > Plugins > Local plugins > Jouvence shows what is allowed
  --no-category-keys  takes all of that leave back
  --status         what is set up here
  --remove         take a profile away: its tokens, service, role and account

HELP;

/**
 * Ends with a sentence on standard error.
 *
 * @param string $message
 * @param int $code 1: it failed; 2: it was asked wrongly
 */
function local_jouvence_stop(string $message, int $code): void {
    fwrite(STDERR, 'setup.php: ' . $message . PHP_EOL);
    exit($code);
}

/**
 * Moodle's reader knows --name=value only.
 *
 * @param string[] $argv
 * @return array options
 */
function local_jouvence_options(array $argv): array {
    $options = ['profile' => '', 'days' => '365', 'ip' => '', 'category-key' => []];
    $switches = ['create-people', 'no-code', 'command-line', 'no-category-keys', 'status', 'remove', 'help'];
    $options += array_fill_keys($switches, false);
    array_shift($argv);
    while ($argv) {
        $given = array_shift($argv);
        $given = $given === '-h' ? '--help' : $given;
        [$name, $value] = array_pad(explode('=', $given, 2), 2, null);
        $name = strpos($name, '--') === 0 ? substr($name, 2) : '';
        if (in_array($name, $switches, true) && $value === null) {
            $options[$name] = true;
        } else if (in_array($name, ['profile', 'days', 'ip'], true)) {
            $options[$name] = trim((string) ($value ?? array_shift($argv)));
        } else if ($name === 'category-key') {
            $options[$name][] = trim((string) ($value ?? array_shift($argv)));
        } else {
            local_jouvence_stop("there is no option {$given}: --help lists them", 2);
        }
    }
    return $options;
}

/**
 * @param array $options
 */
function local_jouvence_check(array $options): void {
    if (!in_array($options['profile'], rights::profiles(), true)) {
        local_jouvence_stop('say which profile: --profile=source, --profile=target or --profile=fleet (--help)', 2);
    }
    if (!preg_match('/^[1-9][0-9]{0,3}$/D', $options['days']) || (int) $options['days'] > 3650) {
        local_jouvence_stop("--days={$options['days']}: must be a number of days from 1 to 3650", 2);
    }
    foreach (array_filter(explode(',', $options['ip']), 'strlen') as $address) {
        $address = trim($address);
        if (!\core\ip_utils::is_ip_address($address) && !\core\ip_utils::is_ipv4_range($address)
                && !\core\ip_utils::is_ipv6_range($address)) {
            local_jouvence_stop("--ip: {$address} is no address, such as 192.0.2.7 or 192.0.2.0/24", 2);
        }
    }
    if (strlen($options['ip']) > 255) {
        local_jouvence_stop('--ip: at most 255 characters', 2);
    }
    if ($options['create-people'] && $options['profile'] !== 'target') {
        local_jouvence_stop('--create-people goes with --profile=target only', 2);
    }
}

/**
 * What may be read as the key of categories: all leave taken back first, then what was given added.
 *
 * @param array $options
 */
function local_jouvence_category_keys(array $options): void {
    $before = category_keys::allowed();
    try {
        category_keys::allow(array_merge($options['no-category-keys'] ? [] : $before, $options['category-key']));
    } catch (error $e) {
        local_jouvence_stop('--category-key: ' . $e->getMessage(), 2);
    }
    $after = category_keys::allowed();
    foreach (array_diff($before, $after) as $key) {
        echo "- took back that {$key} may be read as the key of categories\n";
    }
    foreach (array_diff($after, $before) as $key) {
        echo "- allowed {$key} to be read as the key of categories\n";
    }
}

$options = local_jouvence_options($_SERVER['argv']);
$options['no-code'] = $options['no-code'] || $options['command-line'];
if ($options['help']) {
    echo LOCAL_JOUVENCE_HELP;
    exit(0);
}
if ($options['status']) {
    foreach (rights::profiles() as $profile) {
        echo connection::status($profile, 'en') . PHP_EOL;
    }
    foreach (category_keys::allowed() as $key) {
        echo "key of categories: {$key}" . PHP_EOL;
    }
    exit(0);
}
$keysonly = $options['profile'] === '' && ($options['category-key'] || $options['no-category-keys']);
if (!$keysonly) {
    local_jouvence_check($options);
}
if (moodle_needs_upgrading()) {
    local_jouvence_stop('this site waits for an upgrade: run php admin/cli/upgrade.php first', 1);
}
\core\session\manager::set_user(get_admin());
if ($options['category-key'] || $options['no-category-keys']) {
    local_jouvence_category_keys($options);
}
if ($keysonly) {
    exit(0);
}

try {
    if ($options['remove']) {
        setup::remove($options['profile']);
        echo "Removed {$options['profile']}.\n";
        exit(0);
    }
    if (!$options['no-code'] && !pairing::is_private($CFG->wwwroot)) {
        throw new error('not-allowed', "the address of this site is {$CFG->wwwroot}: over plain http a token could be read " .
            'on its way. Give the site https ($CFG->wwwroot in config.php), then run this again');
    }
    if ($options['no-code']) {
        $options['ip'] = $options['ip'] ?: (string) get_config('local_jouvence', 'iprestriction_' . $options['profile']);
        $options['create-people'] = $options['create-people'] ||
            get_config('local_jouvence', 'createpeople_' . $options['profile']);
    }
    $ip = implode(',', array_map('trim', array_filter(explode(',', $options['ip']), 'strlen')));
    $days = (int) $options['days'];
    foreach (setup::run($options['profile'], $ip, $options['create-people'], !$options['command-line']) as $done) {
        echo "- {$done}\n";
    }
    if ($options['no-code']) {
        exit(0);
    }
    $code = pairing::open($options['profile'], $days, $ip);
    echo "\nPairing code of {$options['profile']}, good once, until " .
        userdate(time() + pairing::SECONDS, '%H:%M', \core_date::get_server_timezone()) . ":\n\n    {$code}\n\n" .
        "Give it to Jouvence: jouvence sites add NAME (it asks for the code). When it is used, tokens of an earlier " .
        "pairing of this profile end.\n";
} catch (error $e) {
    local_jouvence_stop($e->getMessage(), 1);
}
