<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\notices;
use local_jouvence\tasks;

/**
 * Tells a person something, by Moodle's notifications.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class send_notice extends base {
    /** What breaks a line would begin another header of an e-mail. */
    private const LINE = '/^[^\x00-\x1f\x7f]{1,500}$/uD';

    /** Never another scheme. */
    private const ADDRESS = '/^https?:\/\/[^\s\x00-\x1f\x7f"<>]{1,1990}$/iD';

    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'key' => shapes::text(),
            'userid' => shapes::int(),
            'kind' => shapes::text(),
            'subject' => shapes::text(),
            'text' => shapes::text(),
            'html' => shapes::if_given(),
            'url' => shapes::if_given(),
            'urlname' => shapes::if_given(),
        ]);
    }

    /**
     * @param string $key
     * @param int $userid
     * @param string $kind
     * @param string $subject
     * @param string $text
     * @param string|null $html the same as text
     * @param string|null $url where it leads
     * @param string|null $urlname what that is called
     * @return array
     */
    public static function execute($key, $userid, $kind, $subject, $text, $html = null, $url = null, $urlname = null) {
        $params = self::validate_parameters(self::execute_parameters(),
            compact('key', 'userid', 'kind', 'subject', 'text', 'html', 'url', 'urlname'));
        self::enter('send_notice');
        self::require_ids($params, 'userid');
        tasks::require_key('key', $params['key']);
        self::require_one_of('kind', $params['kind'], notices::KINDS);
        self::require_form($params, self::LINE, 'must be one line of 1 to 500 characters', 'subject', 'urlname');
        self::require_form($params, self::ADDRESS, 'must be an http or https address', 'url');
        self::require_text($params, 'text', 'html');
        return notices::send($params['key'], $params['userid'], $params['kind'],
            (object) array_intersect_key($params, array_flip(['subject', 'text', 'html', 'url', 'urlname'])));
    }

    /**
     * @param array $params
     * @param string $pattern
     * @param string $what
     * @param string ...$names those that are null were not given
     */
    private static function require_form(array $params, string $pattern, string $what, string ...$names): void {
        foreach ($names as $name) {
            if ($params[$name] !== null && !preg_match($pattern, $params[$name])) {
                throw new \invalid_parameter_exception("{$name}: {$what}");
            }
        }
    }

    /**
     * @param array $params
     * @param string ...$names
     */
    private static function require_text(array $params, string ...$names): void {
        foreach ($names as $name) {
            if (strpos((string) $params[$name], "\0") !== false || \core_text::strlen((string) $params[$name]) > 65536) {
                throw new \invalid_parameter_exception("{$name}: must be text of at most 65536 characters");
            }
        }
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('why', '', 'accepted');
    }
}
