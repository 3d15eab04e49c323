<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * The way to Jouvence: who is shown it, where it leads.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class navigation {
    /**
     * Addresses of the control planes that this site is paired with, for people.
     *
     * @return string[] profile → address; none that has no pages
     */
    public static function controls(): array {
        $controls = [];
        foreach (rights::profiles() as $profile) {
            $control = (string) get_config('local_jouvence', 'control_' . $profile);
            if ($control !== '' && rights::userid($profile) > 0) {
                $controls[$profile] = $control;
            }
        }
        return array_unique($controls);
    }

    /**
     * Whether the present person is shown the way. Asked for on every page, so what is cheap comes first.
     *
     * @return bool
     */
    public static function is_offered(): bool {
        global $USER;
        return self::controls() && isloggedin() && !isguestuser() && self::is_personal($USER) &&
            has_capability('local/jouvence:use', \context_system::instance());
    }

    /**
     * Whether it is an account with which somebody signs in.
     *
     * @param \stdClass $user
     * @return bool
     */
    public static function is_personal(\stdClass $user): bool {
        return empty($user->deleted) && empty($user->suspended) && !in_array($user->auth, ['nologin', 'webservice'], true);
    }

    /**
     * @return \moodle_url
     */
    public static function url(): \moodle_url {
        return new \moodle_url('/local/jouvence/enter.php');
    }

    /**
     * The primary navigation, since Moodle 4.3.
     *
     * @param \core\hook\navigation\primary_extend $hook
     */
    public static function primary(\core\hook\navigation\primary_extend $hook): void {
        if (self::is_offered()) {
            $hook->get_primaryview()->add(get_string('nav', 'local_jouvence'), self::url(),
                \navigation_node::TYPE_CUSTOM, null, 'local_jouvence');
        }
    }

    /**
     * Beside the user menu, before Moodle 4.3: plugins have no other place there.
     *
     * @return string
     */
    public static function navbar(): string {
        if (class_exists(\core\hook\navigation\primary_extend::class) || !self::is_offered()) {
            return '';
        }
        return \html_writer::link(self::url(), get_string('nav', 'local_jouvence'), ['class' => 'nav-link align-self-center']);
    }
}
