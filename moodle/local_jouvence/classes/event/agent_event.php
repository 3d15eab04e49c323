<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\event;

/**
 * What the agent leaves in the site's log: who, which profile, until when; never a secret.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
abstract class agent_event extends \core\event\base {
    /** Moodle's letter: c, r, u or d. */
    protected const CRUD = 'u';
    /** Of the language string. */
    protected const NAME = '';
    /** English, for the log; Moodle does not translate it. */
    protected const DESCRIPTION = '';

    /**
     * @param string $profile
     * @param array $other what else is known, no secrets
     * @return static
     */
    public static function of(string $profile, array $other = []) {
        return static::create([
            'context' => \context_system::instance(),
            'other' => ['profile' => $profile] + $other,
        ]);
    }

    /**
     * Moodle asks for it.
     */
    protected function init() {
        $this->data['crud'] = static::CRUD;
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * @return string
     */
    public static function get_name() {
        return get_string(static::NAME, 'local_jouvence');
    }

    /**
     * @return string
     */
    public function get_description() {
        $told = '';
        foreach ($this->other as $name => $value) {
            $told .= $name === 'profile' ? '' : ", {$name} '" . s((string) $value) . "'";
        }
        return "The user with id '{$this->userid}' " . static::DESCRIPTION . " '{$this->other['profile']}'{$told}.";
    }

    /**
     * Nothing in here is an id that a restore would map.
     *
     * @return bool
     */
    public static function get_other_mapping() {
        return false;
    }
}
