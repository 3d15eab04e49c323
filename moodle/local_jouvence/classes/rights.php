<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Who may do what: profile → functions → Moodle capabilities. The one place, read by set-up (which gives a profile's role
 * exactly these), by get_connection (which says what is missing) and by every call.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class rights {
    /** Functions of each profile's service, by the name that follows local_jouvence_. */
    private const PROFILES = [
        'source' => [
            'get_site', 'find_people', 'list_courses', 'find_courses', 'search_courses', 'get_course',
            'get_course_people', 'check_courses', 'start_backup', 'get_job', 'discard_job', 'grant_download', 'list_roles', 'get_connection',
            'rotate_token', 'get_trust',
        ],
        'target' => [
            'get_site', 'find_people', 'find_courses', 'get_course', 'check_courses', 'get_job', 'discard_job',
            'list_plugins', 'list_categories', 'check_rights', 'match_people', 'start_restore', 'enrol_person',
            'send_notice', 'grant_upload', 'list_roles', 'get_connection', 'rotate_token', 'get_trust',
        ],
        'fleet' => [
            'get_site', 'list_plugins', 'list_roles', 'find_people', 'set_maintenance', 'get_connection',
            'rotate_token', 'get_trust',
        ],
    ];

    /** What a function needs of Moodle; those that are not named need nothing but their place in the service. */
    private const CAPABILITIES = [
        'list_courses' => [
            'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/category:viewhiddencategories',
        ],
        'find_courses' => ['moodle/course:view', 'moodle/course:viewhiddencourses'],
        'search_courses' => ['moodle/course:view', 'moodle/course:viewhiddencourses'],
        'get_course' => [
            'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/category:viewhiddencategories',
        ],
        'get_course_people' => [
            'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/category:viewhiddencategories',
        ],
        'check_courses' => ['moodle/course:view', 'moodle/course:viewhiddencourses'],
        'list_categories' => ['moodle/category:viewhiddencategories'],
        'set_maintenance' => ['moodle/site:maintenanceaccess'],
        'start_backup' => ['moodle/backup:backupcourse', 'moodle/backup:userinfo', 'moodle/backup:configure'],
        // With course:view and course:update the restorer is not made a teacher of each course; without
        // course:enrolconfig Moodle silently restores no enrolments; without the role capabilities it drops roles; without
        // course:changeidnumber groups and groupings lose their idnumber.
        'start_restore' => [
            'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/course:create', 'moodle/course:update',
            'moodle/course:delete', 'moodle/course:enrolconfig', 'moodle/course:changefullname',
            'moodle/course:changeshortname', 'moodle/course:changeidnumber', 'moodle/course:setforcedlanguage',
            'moodle/restore:restorecourse', 'moodle/restore:userinfo', 'moodle/restore:configure', 'moodle/restore:rolldates', 'moodle/role:assign',
            'moodle/role:safeoverride', 'moodle/question:add', 'moodle/question:managecategory',
        ],
        'enrol_person' => ['enrol/manual:enrol', 'moodle/role:assign'],
        'grant_upload' => ['moodle/restore:restorecourse'],
    ];

    /** Maintenance must not lock the agent out: no role of Moodle's own has it. */
    private const EVERY_PROFILE = ['webservice/rest:use', 'moodle/site:maintenanceaccess'];

    /** Only if chosen at set-up, for a target. */
    public const CREATE_PEOPLE = 'moodle/restore:createuser';

    /** @return string[] source, target, fleet */
    public static function profiles(): array {
        return array_keys(self::PROFILES);
    }

    /**
     * @param string $profile
     * @return string[] names without local_jouvence_
     */
    public static function functions(string $profile): array {
        return self::PROFILES[$profile] ?? [];
    }

    /**
     * What the profile's service user must hold at the system context, as far as this Moodle knows it.
     *
     * @param string $profile
     * @return string[] in the order of the alphabet
     */
    public static function capabilities(string $profile): array {
        $needed = array_merge(self::EVERY_PROFILE, self::needed_by(self::functions($profile)));
        if ($profile === 'target' && get_config('local_jouvence', 'createpeople_target')) {
            $needed[] = self::CREATE_PEOPLE;
        }
        $needed = array_filter(array_unique($needed), 'get_capability_info');
        sort($needed);
        return $needed;
    }

    /**
     * @param string[] $functions
     * @return string[] capabilities
     */
    public static function needed_by(array $functions): array {
        $needed = [];
        foreach ($functions as $function) {
            $needed = array_merge($needed, self::CAPABILITIES[$function] ?? []);
        }
        return $needed;
    }

    /**
     * Short name of the profile's service and role, and username of its account.
     *
     * @param string $profile
     * @return string
     */
    public static function name(string $profile): string {
        return 'jouvence_' . $profile;
    }

    /**
     * The account of a profile, as set-up wrote it down.
     *
     * @param string $profile
     * @return int 0 when it was not set up
     */
    public static function userid(string $profile): int {
        return (int) get_config('local_jouvence', 'userid_' . $profile);
    }

    /**
     * Whose service account somebody is.
     *
     * @param int $userid
     * @return string|null null for everybody else
     */
    public static function profile_of(int $userid): ?string {
        foreach (self::profiles() as $profile) {
            if ($userid > 0 && self::userid($profile) === $userid) {
                return $profile;
            }
        }
        return null;
    }

    /**
     * Whether restores may create accounts.
     *
     * @param int $userid a service account
     * @return bool
     */
    public static function may_create_people(int $userid): bool {
        return has_capability(self::CREATE_PEOPLE, \context_system::instance(), $userid);
    }
}
