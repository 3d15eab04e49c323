<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Sets the settings of a backup or restore and proves that they took. An administrator may lock any of them, and Moodle
 * then keeps its own value: with `users` kept, people would travel who were not to.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class plan_settings {
    /** @var \base_plan */
    private $plan;

    /** @var string backup or restore */
    private $kind;

    /**
     * @param \base_plan $plan
     * @param string $kind
     */
    public function __construct(\base_plan $plan, string $kind) {
        $this->plan = $plan;
        $this->kind = $kind;
    }

    /**
     * Settings that this version of Moodle has; in the order given, since some switch others off.
     *
     * @param array $wanted name → value
     * @return string[] names of those that Moodle ties to one that is off
     */
    public function apply(array $wanted): array {
        $wanted = array_filter($wanted, [$this->plan, 'setting_exists'], ARRAY_FILTER_USE_KEY);
        foreach ($wanted as $name => $value) {
            $setting = $this->plan->get_setting($name);
            if (!self::is_same($setting, $value) && $setting->get_status() === \base_setting::NOT_LOCKED) {
                $setting->set_value($value);
            }
        }
        $tied = [];
        foreach ($wanted as $name => $value) {
            $setting = $this->plan->get_setting($name);
            if (self::is_same($setting, $value)) {
                continue;
            }
            if ($setting->get_status() !== \base_setting::LOCKED_BY_HIERARCHY) {
                throw $this->refusal($setting, $value);
            }
            $tied[] = $name;
        }
        return $tied;
    }

    /**
     * Sections and activities follow the settings of the whole, unless somebody's plugin thinks otherwise.
     *
     * @param bool|null $included whether each must be; null: as it is
     * @param bool $people
     */
    public function apply_to_parts(?bool $included, bool $people): void {
        $parts = [];
        foreach ($this->plan->get_settings() as $name => $setting) {
            if ($setting->get_level() <= \backup_setting::COURSE_LEVEL) {
                continue;
            }
            if ($included !== null && preg_match('/_included$/D', $name)) {
                $parts[$name] = $included;
            } else if (preg_match('/_userinfo$/D', $name) && ($included !== null || !$people)) {
                $parts[$name] = $people;
            }
        }
        $tied = $this->apply($parts);
        foreach ($tied as $name) {
            // What is tied to something that is off is off itself; never the reverse.
            if (!$parts[$name]) {
                throw $this->refusal($this->plan->get_setting($name), false);
            }
        }
    }

    /**
     * @param \base_setting $setting
     * @param mixed $value
     * @return bool
     */
    private static function is_same(\base_setting $setting, $value): bool {
        $found = $setting->get_value();
        return is_bool($value) ? (bool) $found === $value : (string) $found === (string) $value;
    }

    /**
     * @param \base_setting $setting
     * @param mixed $value
     * @return error
     */
    private function refusal(\base_setting $setting, $value): error {
        $show = function ($value): string {
            return is_bool($value) ? ($value ? 'on' : 'off') : '"' . $value . '"';
        };
        $name = $setting->get_name();
        $found = is_bool($value) ? (bool) $setting->get_value() : $setting->get_value();
        switch ($setting->get_status()) {
            case \base_setting::LOCKED_BY_CONFIG:
                $who = "an administrator has locked it (Site administration > Courses > Backups, {$this->kind} defaults): unlock it there";
                break;
            case \base_setting::LOCKED_BY_PERMISSION:
                $who = 'the service account lacks a capability for it (moodle/' . $this->kind . ':configure, :userinfo and others): ' .
                    'run php local/jouvence/cli/setup.php again';
                break;
            default:
                $who = 'another setting or plugin of this site changed it';
        }
        return new error('not-allowed', "the {$this->kind} setting \"{$name}\" must be {$show($value)} and is {$show($found)}: {$who}");
    }
}
