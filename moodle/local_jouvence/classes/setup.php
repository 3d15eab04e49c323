<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../compat.php');

/**
 * Makes what a profile needs, or mends it: service, role, account. Running it again changes nothing that is right.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class setup {
    /** Roles that nobody gets through Jouvence, whatever they are called here. */
    private const NEVER_GIVEN = ['manager', 'coursecreator', 'guest', 'user', 'frontpage'];

    /** A role of the site's own, without archetype, is given only when it has none of these. */
    private const TOO_MUCH = ['moodle/site:config', 'moodle/role:manage', 'moodle/user:loginas', 'moodle/user:update',
        'moodle/site:doanything'];

    /** @var string */
    private $profile;
    /** @var string[] */
    private $done = [];

    /**
     * @param string $profile
     */
    private function __construct(string $profile) {
        $this->profile = $profile;
    }

    /**
     * @param string $profile
     * @param string $iprestriction
     * @param bool $createpeople whether restores may create accounts (target)
     * @param bool $web whether it is to be reached by REST
     * @return string[] what was done, a sentence each
     */
    public static function run(string $profile, string $iprestriction, bool $createpeople, bool $web = true): array {
        global $CFG;
        if ($profile === 'target' && $CFG->branch < 401) {
            throw new error('unsupported', "this is Moodle {$CFG->release}: courses can be restored into Moodle 4.1 and " .
                'later. It can be a source: --profile=source');
        }
        $setup = new self($profile);
        if ($web) {
            $setup->allow_rest();
        }
        $setup->keep('createpeople_' . $profile, $createpeople ? '1' : '');
        $userid = $setup->account();
        $service = $setup->service();
        $setup->role($userid);
        $setup->authorise($service, $userid, $iprestriction);
        if (trust::ensure()) {
            $setup->done[] = 'made the key by which this site signs tickets';
        }
        event\profile_set_up::of($profile, ['changes' => count($setup->done)])->trigger();
        return $setup->done;
    }

    /**
     * Gives the profiles that are set up here what a new version of the plugin brought, during the upgrade.
     *
     * @param string[] $functions that are new
     */
    public static function renew(array $functions): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once($CFG->dirroot . '/webservice/lib.php');
        // Moodle reads db/services.php only after the steps of the upgrade.
        external_update_descriptions('local_jouvence');
        $system = \context_system::instance();
        foreach (rights::profiles() as $profile) {
            $new = array_intersect($functions, rights::functions($profile));
            $service = $DB->get_record('external_services', ['shortname' => rights::name($profile)]);
            $roleid = $DB->get_field('role', 'id', ['shortname' => rights::name($profile)]);
            if (!$new || !$service || !$roleid) {
                continue;
            }
            foreach ($new as $function) {
                $row = ['externalserviceid' => $service->id, 'functionname' => 'local_jouvence_' . $function];
                if (!$DB->record_exists('external_services_functions', $row)) {
                    (new \webservice())->add_external_function_to_service($row['functionname'], $service->id);
                }
            }
            foreach (array_filter(array_unique(rights::needed_by($new)), 'get_capability_info') as $capability) {
                assign_capability($capability, CAP_ALLOW, $roleid, $system->id, true);
            }
        }
    }

    /**
     * Takes all of it away. Web services stay switched on: others may use them.
     *
     * @param string $profile
     */
    public static function remove(string $profile): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        require_once($CFG->dirroot . '/user/lib.php');
        tokens::end_all($profile);
        $DB->delete_records('local_jouvence_pairings', ['profile' => $profile]);
        $service = $DB->get_record('external_services', ['shortname' => rights::name($profile)]);
        if ($service) {
            (new \webservice())->delete_service($service->id);
        }
        $role = $DB->get_record('role', ['shortname' => rights::name($profile)]);
        if ($role) {
            delete_role($role->id);
        }
        $user = $DB->get_record('user', ['id' => rights::userid($profile), 'deleted' => 0]);
        if ($user) {
            user_delete_user($user);
        }
        foreach (['userid_', 'control_', 'tokendays_', 'iprestriction_', 'createpeople_'] as $name) {
            unset_config($name . $profile, 'local_jouvence');
        }
        event\profile_removed::of($profile)->trigger();
    }

    /**
     * Web services and the REST protocol.
     */
    private function allow_rest(): void {
        global $CFG;
        $protocols = array_filter(explode(',', (string) ($CFG->webserviceprotocols ?? '')));
        if (!in_array('rest', $protocols, true)) {
            $this->keep_core('webserviceprotocols', implode(',', array_merge($protocols, ['rest'])));
        }
        if (empty($CFG->enablewebservices)) {
            $this->keep_core('enablewebservices', '1');
        }
    }

    /**
     * @param string $name
     * @param string $value
     */
    private function keep_core(string $name, string $value): void {
        global $CFG;
        if (array_key_exists($name, $CFG->config_php_settings)) {
            throw new error('not-allowed', "config.php of this site fixes \$CFG->{$name}: set it to '{$value}' there");
        }
        $before = (string) ($CFG->$name ?? '');
        set_config($name, $value);
        add_to_config_log($name, $before, $value, null);
        $this->done[] = "set {$name} to {$value}";
    }

    /**
     * @param string $name
     * @param string $value
     */
    private function keep(string $name, string $value): void {
        if ((string) get_config('local_jouvence', $name) !== $value) {
            set_config($name, $value, 'local_jouvence');
        }
    }

    /**
     * The service account: nobody can sign in with it, no mail reaches it, and no formality stops it (each of which Moodle
     * asks of every account whose token is used).
     *
     * @return int
     */
    private function account(): int {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/user/lib.php');
        $username = rights::name($this->profile);
        $wanted = [
            'auth' => 'webservice',
            'confirmed' => 1,
            'suspended' => 0,
            'policyagreed' => 1,
            'email' => str_replace('_', '-', $username) . '@jouvence.invalid',
            'emailstop' => 1,
            'maildisplay' => 0,
            'firstname' => 'Jouvence',
            'lastname' => $this->profile,
            // Moodle names a copy of a course in the restorer's language.
            'lang' => $CFG->lang,
        ];
        $user = $DB->get_record('user', ['username' => $username, 'mnethostid' => $CFG->mnet_localhost_id, 'deleted' => 0]);
        if ($user && $user->auth !== 'webservice' && (int) $user->id !== rights::userid($this->profile)) {
            throw new error('conflict', "somebody has the account {$username} (id {$user->id}, auth {$user->auth}): rename " .
                'that account, then run this again');
        }
        if (!$user) {
            $userid = user_create_user((object) ($wanted + [
                'username' => $username,
                'mnethostid' => $CFG->mnet_localhost_id,
                'password' => AUTH_PASSWORD_NOT_CACHED,
            ]), false);
            $this->done[] = "created the account {$username}";
        } else {
            $userid = (int) $user->id;
            $wrong = array_diff_assoc($wanted, (array) $user);
            if ($wrong) {
                user_update_user((object) (['id' => $userid] + $wrong), false);
                $this->done[] = "mended the account {$username}: " . implode(', ', array_keys($wrong));
            }
        }
        foreach (['auth_forcepasswordchange', 'email_bounce_count', 'email_send_count'] as $name) {
            unset_user_preference($name, $userid);
        }
        $this->fill_profile_fields($userid, $username);
        $this->keep('userid_' . $this->profile, (string) $userid);
        return (int) $userid;
    }

    /**
     * Custom profile fields that the site requires: without them every call is refused as "not fully set up".
     *
     * @param int $userid
     * @param string $text
     */
    private function fill_profile_fields(int $userid, string $text): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/user/profile/lib.php');
        foreach (profile_get_user_fields_with_data($userid) as $field) {
            if (!$field->is_required() || !$field->is_empty()) {
                continue;
            }
            $options = preg_split('/\R/', trim((string) $field->field->param1));
            $values = ['checkbox' => '1', 'datetime' => (string) time(), 'menu' => $options[0]];
            $row = ['userid' => $userid, 'fieldid' => $field->fieldid];
            $DB->delete_records('user_info_data', $row);
            $DB->insert_record('user_info_data', (object) ($row + [
                'data' => $values[$field->field->datatype] ?? $text,
                'dataformat' => 0,
            ]));
            $this->done[] = "filled the required profile field {$field->field->shortname}";
        }
    }

    /**
     * The external service with exactly the profile's functions. Archives go through our own addresses, so the service
     * gets neither of Moodle's file switches.
     *
     * @return \stdClass
     */
    private function service(): \stdClass {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $webservice = new \webservice();
        $name = rights::name($this->profile);
        $wanted = ['name' => 'Jouvence: ' . $this->profile, 'enabled' => 1, 'restrictedusers' => 1, 'downloadfiles' => 0,
            'uploadfiles' => 0, 'requiredcapability' => ''];
        $service = $DB->get_record('external_services', ['shortname' => $name]);
        if (!$service) {
            $webservice->add_external_service((object) ($wanted + ['shortname' => $name]));
            $this->done[] = "created the service {$name}";
        } else if (array_diff_assoc($wanted, array_map('strval', (array) $service))) {
            $webservice->update_external_service((object) (['id' => $service->id] + $wanted));
            $this->done[] = "mended the service {$name}";
        }
        $service = $DB->get_record('external_services', ['shortname' => $name], '*', MUST_EXIST);
        $functions = preg_filter('/^/', 'local_jouvence_', rights::functions($this->profile));
        $functions[] = 'core_webservice_get_site_info';
        $unknown = array_diff($functions, $DB->get_fieldset_select('external_functions', 'name', '1 = 1'));
        if ($unknown) {
            throw new error('conflict', 'this site does not know ' . reset($unknown) . ' yet: run ' .
                'php admin/cli/upgrade.php first');
        }
        $has = $DB->get_fieldset_select('external_services_functions', 'functionname', 'externalserviceid = ?', [$service->id]);
        foreach (array_diff($functions, $has) as $function) {
            $webservice->add_external_function_to_service($function, $service->id);
            $this->done[] = "added {$function} to the service";
        }
        foreach (array_diff($has, $functions) as $function) {
            $webservice->remove_external_function_from_service($function, $service->id);
            $this->done[] = "took {$function} out of the service";
        }
        return $service;
    }

    /**
     * The role with exactly the profile's capabilities, given at the system, and to a target the right to give and to
     * override the roles of courses: without it Moodle's restore drops role assignments with a mere warning.
     *
     * @param int $userid
     */
    private function role(int $userid): void {
        global $DB;
        $system = \context_system::instance();
        $name = rights::name($this->profile);
        $roleid = (int) $DB->get_field('role', 'id', ['shortname' => $name]);
        if (!$roleid) {
            $roleid = create_role('Jouvence: ' . $this->profile, $name,
                'For the service account of the same name; made and kept by local/jouvence/cli/setup.php');
            $this->done[] = "created the role {$name}";
        }
        set_role_contextlevels($roleid, [CONTEXT_SYSTEM]);
        $wanted = rights::capabilities($this->profile);
        $has = $DB->get_records_menu('role_capabilities', ['roleid' => $roleid, 'contextid' => $system->id], '',
            'capability, permission');
        foreach ($wanted as $capability) {
            if ((int) ($has[$capability] ?? 0) !== CAP_ALLOW) {
                assign_capability($capability, CAP_ALLOW, $roleid, $system->id, true);
                $this->done[] = "allowed {$capability}";
            }
        }
        foreach (array_diff(array_keys($has), $wanted) as $capability) {
            unassign_capability($capability, $roleid, $system->id);
            $this->done[] = "took {$capability} away";
        }
        $this->let_give($roleid, $this->profile === 'target' ? self::course_roles() : []);
        role_assign($roleid, $userid, $system->id);
    }

    /**
     * @param int $roleid
     * @param string[] $given by id
     */
    private function let_give(int $roleid, array $given): void {
        global $DB;
        $tables = [
            'role_allow_assign' => ['allowassign', 'core_role_set_assign_allowed'],
            'role_allow_override' => ['allowoverride', 'core_role_set_override_allowed'],
        ];
        foreach ($tables as $table => [$column, $allow]) {
            $has = $DB->get_fieldset_select($table, $column, 'roleid = ?', [$roleid]);
            foreach (array_diff(array_keys($given), $has) as $id) {
                $allow($roleid, $id);
                $this->done[] = ($column === 'allowassign' ? 'may give' : 'may override') . " the role {$given[$id]}";
            }
            foreach (array_diff($has, array_keys($given)) as $id) {
                $DB->delete_records($table, ['roleid' => $roleid, $column => $id]);
                $this->done[] = ($column === 'allowassign' ? 'may not give' : 'may not override') . " the role {$id} any more";
            }
        }
    }

    /**
     * Roles that people have in courses, and that are no more than that.
     *
     * @return string[] id → short name
     */
    private static function course_roles(): array {
        global $DB;
        $roles = $DB->get_records_sql_menu(
            'SELECT r.id, r.shortname FROM {role} r
               JOIN {role_context_levels} l ON l.roleid = r.id AND l.contextlevel = :level',
            ['level' => CONTEXT_COURSE]
        );
        $archetypes = $DB->get_records_menu('role', null, '', 'id, archetype');
        foreach ($roles as $id => $name) {
            $archetype = $archetypes[$id];
            if (in_array($archetype, self::NEVER_GIVEN, true) || ($archetype === '' && self::holds_too_much((int) $id))) {
                unset($roles[$id]);
            }
        }
        return $roles;
    }

    /**
     * @param int $roleid
     * @return bool
     */
    private static function holds_too_much(int $roleid): bool {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(self::TOO_MUCH, SQL_PARAMS_NAMED);
        return $DB->record_exists_select('role_capabilities', "roleid = :roleid AND permission = :allow AND capability {$in}",
            $params + ['roleid' => $roleid, 'allow' => CAP_ALLOW]);
    }

    /**
     * Puts the account on the service's list, with its address. Without an end, which the token has: Moodle (3.9 to 5.x,
     * load_function_info) takes the date the wrong way round there, and refuses every call until it has passed.
     *
     * @param \stdClass $service
     * @param int $userid
     * @param string $iprestriction
     */
    private function authorise(\stdClass $service, int $userid, string $iprestriction): void {
        global $DB;
        $others = $DB->get_fieldset_select('external_services_users', 'userid',
            'externalserviceid = ? AND userid <> ?', [$service->id, $userid]);
        if ($others) {
            $DB->delete_records_select('external_services_users', 'externalserviceid = ? AND userid <> ?',
                [$service->id, $userid]);
            $this->done[] = 'took other accounts off the service: ' . implode(', ', $others);
        }
        $row = $DB->get_record('external_services_users', ['externalserviceid' => $service->id, 'userid' => $userid]);
        $wanted = ['iprestriction' => $iprestriction === '' ? null : $iprestriction, 'validuntil' => null];
        if ($row) {
            $DB->update_record('external_services_users', (object) (['id' => $row->id] + $wanted));
        } else {
            (new \webservice())->add_ws_authorised_user((object) ($wanted + [
                'externalserviceid' => $service->id,
                'userid' => $userid,
            ]));
            $this->done[] = 'authorised the account for the service';
        }
    }
}
