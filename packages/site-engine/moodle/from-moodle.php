<?php
// Reads from a Moodle's own code what the engine must know of it: each capability with its context level, the archetypes
// that hold it and its English name; and each standard plugin with its version.
// Usage: php from-moodle.php MOODLE_DIRECTORY BRANCH  (writes capabilities.txt and plugins-BRANCH.txt beside itself)
error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING & ~E_NOTICE);
define('MOODLE_INTERNAL', 1);
foreach (['CAP_INHERIT' => 0, 'CAP_ALLOW' => 1, 'CAP_PREVENT' => -1, 'CAP_PROHIBIT' => -1000,
          'CONTEXT_SYSTEM' => 10, 'CONTEXT_USER' => 30, 'CONTEXT_COURSECAT' => 40, 'CONTEXT_COURSE' => 50, 'CONTEXT_MODULE' => 70, 'CONTEXT_BLOCK' => 80,
          'RISK_MANAGETRUST' => 1, 'RISK_CONFIG' => 2, 'RISK_XSS' => 4, 'RISK_PERSONAL' => 8, 'RISK_SPAM' => 16, 'RISK_DATALOSS' => 32,
          'MATURITY_ALPHA' => 50, 'MATURITY_BETA' => 100, 'MATURITY_RC' => 150, 'MATURITY_STABLE' => 200, 'ANY_VERSION' => 'any'] as $name => $value) define($name, $value);

[, $root, $branch] = $argv;
$types = (array) json_decode(file_get_contents("$root/lib/components.json"))->plugintypes;
$standard = [];
$list = "$root/lib/plugins.json";
if (is_file($list)) $standard = json_decode(file_get_contents($list), true)['standard'];
else {
    // Before the list was a file of its own, it was in a method.
    preg_match('/function standard_plugins_list.*?\$standard_plugins = (array\(.*?\n        \));/s', file_get_contents("$root/lib/classes/plugin_manager.php"), $match);
    $standard = eval("return $match[1];");
}
// Plugins of plugins (assignsubmission, quiz reports …) say where they live in their own list.
foreach ($types as $type => $dir) foreach (glob("$root/$dir/*/db/subplugins.json") as $file) {
    $json = json_decode(file_get_contents($file), true);
    foreach ($json['plugintypes'] ?? [] as $sub => $subdir) $types[$sub] = $subdir;
    foreach ($json['subplugintypes'] ?? [] as $sub => $subdir) $types[$sub] = substr(dirname($file, 2), strlen($root) + 1) . "/$subdir";
}

function strings_of($file) { $string = []; if (is_file($file)) include $file; return $string; }
function capabilities_of($file) { $capabilities = []; if (is_file($file)) include $file; return $capabilities; }
function version_of($file) { $plugin = new stdClass; $module = new stdClass; if (is_file($file)) include $file; return (string) ($plugin->version ?? $module->version ?? ''); }

$lines = [];
$add = function (array $capabilities, array $strings) use (&$lines) {
    foreach ($capabilities as $name => $def) {
        $held = [];
        foreach ($def['archetypes'] ?? [] as $archetype => $permission) $held[] = $permission === CAP_ALLOW ? $archetype : "$archetype:$permission";
        $lines[$name] = implode("\t", [$name, $def['contextlevel'], implode(' ', $held), $strings[substr($name, strpos($name, '/') + 1)] ?? '']);
    }
};
$add(capabilities_of("$root/lib/db/access.php"), strings_of("$root/lang/en/role.php"));
$plugins = [];
foreach ($standard as $type => $names) foreach ($names as $name) {
    $dir = "$root/{$types[$type]}/$name";
    if (!is_file("$dir/version.php")) { fwrite(STDERR, "no $dir\n"); continue; }
    $plugins[] = "$type\t$name\t" . version_of("$dir/version.php");
    $file = $type === 'mod' ? $name : "{$type}_$name";
    $add(capabilities_of("$dir/db/access.php"), strings_of("$dir/lang/en/$file.php"));
}
ksort($lines);
sort($plugins);
file_put_contents(__DIR__ . "/plugins-$branch.txt", implode("\n", $plugins) . "\n");
file_put_contents(__DIR__ . '/capabilities.txt', implode("\n", $lines) . "\n");
