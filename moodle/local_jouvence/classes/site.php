<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What there is to say of the site as a whole.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class site {
    /** Parts of an upload may be this big, where PHP allows: they are written to a file as they come. */
    private const PART_BYTES = 16 * 1024 * 1024;

    /**
     * What tells this site from every other, and from its own clones once they have been given a new identity. Never the
     * site's own secret text, from which Moodle derives it for its backups.
     *
     * @return string
     */
    public static function identifier(): string {
        return md5(get_site_identifier());
    }

    /**
     * @return int bytes
     */
    public static function upload_part_bytes(): int {
        $post = get_real_size(ini_get('post_max_size'));
        return $post > 0 ? (int) min(self::PART_BYTES, $post) : self::PART_BYTES;
    }

    /**
     * Answers get_site.
     *
     * @return array
     */
    public static function facts(): array {
        global $CFG, $DB, $SITE;
        $cron = get_config('tool_task', 'lastcronstart');
        return [
            'identifier' => self::identifier(),
            'name' => $SITE->fullname,
            'url' => $CFG->wwwroot,
            'kind' => 'moodle',
            'release' => $CFG->release,
            'branch' => (int) $CFG->branch,
            'php' => PHP_VERSION,
            'database' => $DB->get_dbvendor() . ' ' . $DB->get_server_info()['version'],
            'agent' => self::agent_release(),
            'protocol' => ['min' => 1, 'max' => 1],
            'lastcron' => (int) $cron,
            'maintenance' => !empty($CFG->maintenance_enabled),
            'counts' => [
                'courses' => $DB->count_records_select('course', 'id <> :site', ['site' => SITEID]),
                'people' => $DB->count_records_select('user', "deleted = 0 AND auth <> 'webservice' AND id <> :guest",
                    ['guest' => (int) $CFG->siteguest]),
            ],
            'filebytes' => self::file_bytes(),
            'timezone' => \core_date::get_server_timezone(),
            'language' => $CFG->lang,
            'clock' => time(),
            'uploadpartbytes' => self::upload_part_bytes(),
            'identityfields' => ['username', 'email', 'idnumber'],
            'defaultcategoryid' => self::default_category(),
        ];
    }

    /**
     * @return string as version.php says
     */
    private static function agent_release(): string {
        $plugin = new \stdClass();
        require(__DIR__ . '/../version.php');
        return $plugin->release;
    }

    /**
     * Each content once. Counting takes seconds on a site with millions of files, so it is done once an hour.
     *
     * @return int
     */
    private static function file_bytes(): int {
        global $DB;
        $cache = \cache::make('local_jouvence', 'facts');
        $bytes = $cache->get('filebytes');
        if ($bytes === false) {
            $bytes = (int) $DB->get_field_sql(
                'SELECT SUM(f.filesize) FROM (SELECT DISTINCT contenthash, filesize FROM {files}) f');
            $cache->set('filebytes', $bytes);
        }
        return $bytes;
    }

    /**
     * Where courses go when no category is named: the first one at the top, as in Moodle.
     *
     * @return int|null
     */
    private static function default_category(): ?int {
        global $DB;
        $rows = $DB->get_records('course_categories', ['parent' => 0], 'visible DESC, sortorder, id', 'id', 0, 1);
        return $rows ? (int) key($rows) : null;
    }

    /**
     * Installed plugins with Moodle's own idea of on and off.
     *
     * @param string|null $only a type
     * @return array[] {type, name, version, state}
     */
    public static function plugins(?string $only): array {
        $plugins = [];
        foreach (\core_plugin_manager::instance()->get_plugins() as $type => $oftype) {
            if ($only !== null && $only !== $type) {
                continue;
            }
            foreach ($oftype as $name => $info) {
                // Files without a database part are not installed, and the reverse is a plugin whose files are gone.
                if ($info->versiondb !== null && $info->versiondisk !== null) {
                    $plugins[] = [
                        'type' => $type,
                        'name' => $name,
                        'version' => (string) $info->versiondb,
                        'state' => self::state($type, $name, $info),
                    ];
                }
            }
        }
        usort($plugins, function (array $a, array $b): int {
            return [$a['type'], $a['name']] <=> [$b['type'], $b['name']];
        });
        return $plugins;
    }

    /**
     * A switch is not always a boolean: filters and repositories can also be there without being in use.
     *
     * @param string $type
     * @param string $name
     * @param \core\plugininfo\base $info
     * @return string|null on, off (there, but not used unless somebody says so), disabled; null: no switch
     */
    private static function state(string $type, string $name, \core\plugininfo\base $info): ?string {
        global $CFG;
        if ($type === 'filter') {
            require_once($CFG->libdir . '/filterlib.php');
            $state = (int) (filter_get_global_states()[$name]->active ?? TEXTFILTER_DISABLED);
            return $state === TEXTFILTER_ON ? 'on' : ($state === TEXTFILTER_OFF ? 'off' : 'disabled');
        }
        if ($type === 'repository') {
            global $DB;
            $visible = $DB->get_field('repository', 'visible', ['type' => $name]);
            return $visible === false ? 'disabled' : ($visible ? 'on' : 'off');
        }
        $enabled = $info->is_enabled();
        return $enabled === null ? null : ($enabled ? 'on' : 'disabled');
    }

    /**
     * @param bool $enabled
     * @param string|null $message null: as it is
     * @return array {enabled, message}: before
     */
    public static function set_maintenance(bool $enabled, ?string $message): array {
        global $CFG;
        $before = [
            'enabled' => !empty($CFG->maintenance_enabled),
            'message' => (string) ($CFG->maintenance_message ?? ''),
        ];
        foreach (['maintenance_enabled', 'maintenance_message'] as $name) {
            if (array_key_exists($name, $CFG->config_php_settings)) {
                throw new error('not-allowed', "config.php of this site fixes {$name}: change it there");
            }
        }
        if ($message !== null && $message !== $before['message']) {
            set_config('maintenance_message', $message);
            add_to_config_log('maintenance_message', $before['message'], $message, null);
        }
        if ($enabled !== $before['enabled']) {
            set_config('maintenance_enabled', $enabled ? 1 : 0);
            add_to_config_log('maintenance_enabled', (string) (int) $before['enabled'], (string) (int) $enabled, null);
        }
        return $before;
    }
}
