<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

require_once(__DIR__ . '/../../compat.php');

use local_jouvence\error;
use local_jouvence\rights;
use local_jouvence\tokens;

/**
 * What every function of the protocol begins with.
 *
 * Answers are declared as raw text: Moodle refuses a whole list (`invalidresponse`) for one value that is not as declared,
 * such as a course name with `<`. Before Moodle 4.2 a structure in an answer cannot be null: leave its key out (as
 * VALUE_OPTIONAL); readers take an absent structure for null.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
abstract class base extends \core_external\external_api {
    /**
     * Checks that the caller is the service account of a profile that has this function. An administrator can add any
     * external function to any service, and so give it to anybody: what people hold in Moodle must not count here.
     *
     * @param string $function without local_jouvence_
     * @return \stdClass {string profile, int userid}
     */
    protected static function enter(string $function): \stdClass {
        global $USER;
        $userid = (int) $USER->id;
        $profile = rights::profile_of($userid);
        if ($profile === null || !in_array($function, rights::functions($profile), true)) {
            $who = $profile === null ? 'an account that is none of Jouvence\'s' : "the profile {$profile}";
            throw new error('not-allowed', "local_jouvence_{$function} is not for {$who}: " .
                'use the token of a profile that has it (php local/jouvence/cli/setup.php --help)');
        }
        self::validate_context(\context_system::instance());
        // Whoever uses the newest token has received it: the ones before it have ended.
        tokens::used($profile);
        return (object) ['profile' => $profile, 'userid' => $userid];
    }

    /**
     * Moodle takes 0 and negative numbers for ids as well; no call of ours means them.
     *
     * @param array $params validated
     * @param string ...$names
     */
    protected static function require_ids(array $params, string ...$names): void {
        foreach ($names as $name) {
            if ($params[$name] <= 0) {
                throw new \invalid_parameter_exception("{$name}: must be a positive id");
            }
        }
    }

    /**
     * @param string $name of the parameter
     * @param string $value
     * @param string[] $known
     */
    protected static function require_one_of(string $name, string $value, array $known): void {
        if (!in_array($value, $known, true)) {
            throw new \invalid_parameter_exception("{$name}: must be one of " . implode(', ', $known));
        }
    }

    /**
     * @param string $name of the parameter
     * @param array $list
     * @param int $max
     */
    protected static function require_count(string $name, array $list, int $max): void {
        if (count($list) < 1 || count($list) > $max) {
            throw new \invalid_parameter_exception("{$name}: must hold 1 to {$max}");
        }
    }

    /**
     * @param string $name of the parameter
     * @param string ...$roles
     */
    protected static function require_roles(string $name, string ...$roles): void {
        if (count(preg_grep(\local_jouvence\roles::SHORTNAME, $roles)) < count($roles)) {
            throw new \invalid_parameter_exception("{$name}: must be short names of roles");
        }
    }

    /**
     * @param string|null $key of categories; null: not asked for
     */
    protected static function require_key(?string $key): void {
        if ($key !== null && !preg_match(\local_jouvence\category_keys::FORM, $key)) {
            throw new \invalid_parameter_exception('key: must be table:foreignkey:field, in lower case');
        }
    }

    /**
     * A list that travels as one JSON text, because PHP's max_input_vars silently cuts longer forms.
     *
     * @param string $json
     * @param string $name of the parameter
     * @param string[] $fields every row has exactly these, as text
     * @param int $max rows
     * @return array[]
     */
    protected static function read_rows(string $json, string $name, array $fields, int $max): array {
        $rows = strlen($json) > 8 * 1024 * 1024 ? null : json_decode($json, true, 4);
        if (substr(ltrim($json), 0, 1) !== '[' || !is_array($rows) || count($rows) > $max) {
            throw new \invalid_parameter_exception("{$name}: must be a JSON list of at most {$max}");
        }
        foreach ($rows as $index => $row) {
            foreach ($fields as $field) {
                if (!is_array($row) || !isset($row[$field]) || !is_string($row[$field])) {
                    throw new \invalid_parameter_exception("{$name}.{$index}.{$field}: must be text");
                }
            }
        }
        return $rows;
    }
}
