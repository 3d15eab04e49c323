<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What the connection check of the control plane asks: how the caller stands here.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class connection {
    /**
     * @param string $profile
     * @param int $userid the service account
     * @return array
     */
    public static function describe(string $profile, int $userid): array {
        global $DB, $USER;
        $token = tokens::current();
        $system = \context_system::instance();
        $capabilities = [];
        foreach (rights::capabilities($profile) as $capability) {
            $capabilities[] = [
                'capability' => $capability,
                'held' => has_capability($capability, $system, $userid),
            ];
        }
        $waiting = $DB->get_record_sql(
            "SELECT COUNT(id) AS tasks, MIN(timecreated) AS since FROM {local_jouvence_tasks}
              WHERE state = 'waiting' AND kind <> 'upload' AND userid = :userid",
            ['userid' => $userid]
        );
        return [
            'profile' => $profile,
            'userid' => $userid,
            'username' => $USER->username,
            'tokenexpires' => (int) ($token->validuntil ?? 0),
            'iprestriction' => (string) ($token->iprestriction ?? ''),
            'address' => command::answers() ? 'command line' : getremoteaddr(''),
            // On the command line nobody listens.
            'secure' => command::answers() || is_https(),
            'capabilities' => $capabilities,
            'assignableroles' => roles::assignable($userid),
            'waiting' => ['tasks' => (int) $waiting->tasks, 'since' => (int) $waiting->since],
        ];
    }

    /**
     * How a profile stands, for people; no secrets.
     *
     * @param string $profile
     * @param string|null $lang null: the present person's language
     * @return string one line
     */
    public static function status(string $profile, ?string $lang = null): string {
        global $DB;
        $tell = function (string $what, $a = null) use ($lang): string {
            return get_string_manager()->get_string('status_' . $what, 'local_jouvence', $a, $lang);
        };
        $day = function ($time): string {
            return userdate((int) $time, '%Y-%m-%d %H:%M', \core_date::get_server_timezone());
        };
        $userid = rights::userid($profile);
        if (!$userid) {
            return "{$profile}: " . $tell('none');
        }
        $parts = [$tell('setup')];
        $system = \context_system::instance();
        $missing = array_filter(rights::capabilities($profile), function (string $capability) use ($system, $userid): bool {
            return !has_capability($capability, $system, $userid);
        });
        if ($missing) {
            $parts[] = $tell('missing', implode(', ', $missing));
        }
        $token = tokens::newest($profile);
        if ($token) {
            $control = get_config('local_jouvence', 'control_' . $profile) ?: $tell('control');
            $parts[] = $tell('paired', (object) ['control' => $control, 'until' => $day($token->validuntil)]);
            $parts[] = $token->lastaccess ? $tell('used', $day($token->lastaccess)) : $tell('unused');
        } else {
            $parts[] = $tell('notpaired');
        }
        $open = $DB->get_field_select('local_jouvence_pairings', 'MAX(timeexpires)',
            'profile = :profile AND timeused = 0 AND timeexpires > :now', ['profile' => $profile, 'now' => time()]);
        if ($open) {
            $parts[] = $tell('code', $day($open));
        }
        return "{$profile}: " . implode(', ', $parts);
    }

    /**
     * The settings page.
     *
     * @return string HTML
     */
    public static function page(): string {
        $lines = array_map(function (string $profile): string {
            return s(self::status($profile));
        }, rights::profiles());
        return \html_writer::alist($lines) . \html_writer::tag('p', get_string('status_how', 'local_jouvence'));
    }
}
