<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Roles of the site: which there are, who may give them, who may do what.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class roles {
    /** Short names that the protocol can say; Moodle accepts spaces and accents as well. */
    public const SHORTNAME = '/^[a-z][a-z0-9_-]{0,99}$/i';

    private const LEVELS = ['system' => CONTEXT_SYSTEM, 'category' => CONTEXT_COURSECAT, 'course' => CONTEXT_COURSE];

    /**
     * All roles, in the site's order.
     *
     * @param int $userid the service account
     * @return array[]
     */
    public static function all(int $userid): array {
        global $DB;
        $levels = [];
        foreach ($DB->get_recordset('role_context_levels', null, 'contextlevel', 'roleid, contextlevel') as $row) {
            $level = array_search((int) $row->contextlevel, self::LEVELS, true);
            if ($level !== false) {
                $levels[$row->roleid][] = $level;
            }
        }
        $assignable = self::assignable($userid);
        $roles = [];
        foreach (get_all_roles() as $role) {
            if (preg_match(self::SHORTNAME, $role->shortname)) {
                $roles[] = [
                    'id' => (int) $role->id,
                    'shortname' => $role->shortname,
                    'name' => $role->name !== '' ? $role->name : role_get_name($role),
                    'archetype' => $role->archetype,
                    'levels' => $levels[$role->id] ?? [],
                    'assignable' => in_array($role->shortname, $assignable, true),
                ];
            }
        }
        return $roles;
    }

    /**
     * Short names of the roles that a service account may give to people. Not Moodle's get_assignable_roles: at the
     * system, that names only the roles that can be given at the system.
     *
     * @param int $userid
     * @return string[]
     */
    public static function assignable(int $userid): array {
        global $DB;
        $system = \context_system::instance();
        if (!has_capability('moodle/role:assign', $system, $userid)) {
            return [];
        }
        $names = $DB->get_fieldset_sql(
            'SELECT DISTINCT r.shortname
               FROM {role_assignments} a
               JOIN {role_allow_assign} w ON w.roleid = a.roleid
               JOIN {role} r ON r.id = w.allowassign
              WHERE a.userid = :userid AND a.contextid = :contextid
           ORDER BY r.shortname',
            ['userid' => $userid, 'contextid' => $system->id]
        );
        return array_values(preg_grep(self::SHORTNAME, $names));
    }

    /**
     * In the order asked. A capability that this site does not know is nobody's.
     *
     * @param int $userid
     * @param array[] $checks {capability, level, instanceid}
     * @return array[] {capability, exists, allowed}; exists: the system, category or course
     */
    public static function check(int $userid, array $checks): array {
        global $DB;
        $person = $DB->record_exists('user', ['id' => $userid, 'deleted' => 0]);
        return array_map(function (array $check) use ($userid, $person): array {
            $context = self::context($check['level'], (int) $check['instanceid']);
            return [
                'capability' => $check['capability'],
                'exists' => $context !== null,
                'allowed' => $context !== null && $person && get_capability_info($check['capability']) &&
                    has_capability($check['capability'], $context, $userid),
            ];
        }, $checks);
    }

    /**
     * @param string $level system, category or course
     * @param int $instanceid
     * @return \context|null null when the thing is gone
     */
    private static function context(string $level, int $instanceid): ?\context {
        switch ($level) {
            case 'system':
                return \context_system::instance();
            case 'category':
                return \context_coursecat::instance($instanceid, IGNORE_MISSING) ?: null;
            case 'course':
                return \context_course::instance($instanceid, IGNORE_MISSING) ?: null;
            default:
                throw new \invalid_parameter_exception('level: must be system, category or course');
        }
    }

    /**
     * Enrols by the manual method and gives the role; doing it again changes nothing.
     *
     * @param int $courseid
     * @param int $userid
     * @param string $role short name
     * @return array {enrolled, roles}: what was there before
     */
    public static function enrol(int $courseid, int $userid, string $role): array {
        global $CFG, $DB;
        require_once($CFG->libdir . '/enrollib.php');
        $course = $DB->get_record('course', ['id' => $courseid]);
        if (!$course || (int) $course->id === (int) SITEID) {
            throw new error('not-found', "there is no course {$courseid}");
        }
        $person = $DB->get_record('user', ['id' => $userid, 'deleted' => 0], 'id, username, suspended');
        if (!$person || isguestuser($userid)) {
            throw new error('not-found', "there is no account {$userid}");
        }
        if ($person->suspended) {
            throw new error('not-allowed', "the account {$person->username} is suspended: nobody can enter by it");
        }
        $context = \context_course::instance($courseid);
        require_capability('enrol/manual:enrol', $context);
        $assignable = get_assignable_roles($context, ROLENAME_SHORT);
        $roleid = array_search($role, $assignable, true);
        if ($roleid === false) {
            throw new error('not-allowed', "the service may not give the role {$role} in course {$courseid}: it may give " .
                (implode(', ', $assignable) ?: 'none') . '; run cli/setup.php again if it is a role for courses');
        }
        $before = [
            'enrolled' => $DB->record_exists_sql(
                'SELECT 1 FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
                  WHERE e.courseid = :courseid AND ue.userid = :userid',
                ['courseid' => $courseid, 'userid' => $userid]
            ),
            'roles' => $DB->get_fieldset_sql(
                'SELECT DISTINCT r.shortname FROM {role_assignments} a JOIN {role} r ON r.id = a.roleid
                  WHERE a.userid = :userid AND a.contextid = :contextid ORDER BY r.shortname',
                ['userid' => $userid, 'contextid' => $context->id]
            ),
        ];
        [$plugin, $instance] = self::manual_method($course);
        $plugin->enrol_user($instance, $userid, $roleid, 0, 0, ENROL_USER_ACTIVE);
        return $before;
    }

    /**
     * The course's manual method, made or switched on where it is missing.
     *
     * @param \stdClass $course
     * @return array [plugin, instance]
     */
    private static function manual_method(\stdClass $course): array {
        global $DB;
        $plugin = enrol_is_enabled('manual') ? enrol_get_plugin('manual') : null;
        if (!$plugin) {
            throw new error('not-allowed', 'manual enrolments are switched off on this site: switch them on under ' .
                'Site administration > Plugins > Enrolments');
        }
        $find = function () use ($course, $DB) {
            $rows = $DB->get_records('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], 'status, sortorder, id',
                '*', 0, 1);
            return reset($rows);
        };
        $instance = $find();
        if (!$instance) {
            $plugin->add_default_instance($course) || $plugin->add_instance($course);
            $instance = $find();
        }
        if ((int) $instance->status !== ENROL_INSTANCE_ENABLED) {
            $plugin->update_status($instance, ENROL_INSTANCE_ENABLED);
        }
        return [$plugin, $instance];
    }
}
