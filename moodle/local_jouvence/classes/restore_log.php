<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Listens to what Moodle's restore writes into its log, which nobody reads: files that are missing, overrides that were
 * not made, conditions that were lost.
 *
 * Moodle stores the controller with its loggers in the database and takes them out again, so what is heard goes through
 * a static.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class restore_log extends \base_logger {
    /** @var warnings|null */
    private static $warnings;

    /** Beginning of a line of Moodle's → code, severity, why, what to do. Lines that are told elsewhere have no code. */
    private const LINES = [
        "Enrol plugin '" => null,
        'unable to restore alias' => ['file-external', 'warning',
            'It is an alias into a repository of the other site, and did not come along.', 'Put the file into the course again.'],
        'missing file (' => ['file-missing', 'warning',
            'The archive lists the file and does not have its contents.', 'Put the file into the course again.'],
        'Missing file in backup' => ['file-missing', 'warning',
            'The archive lists the file and does not have its contents.', 'Put the file into the course again.'],
        "Capability '" => ['capability-missing', 'info',
            'An override names a capability that this site does not know: it was left out.', ''],
        'Insufficient capability to assign' => ['override-left-out', 'warning',
            'The service account may not give this capability to a role: the override was left out.',
            'Make the override again in the course’s permissions, if it is still wanted.'],
        'Restore of ' => ['plain-assignment', 'info',
            'It was given by a plugin that is not here, and is now an ordinary one.', ''],
        'Restored item (' => ['condition-lost', 'warning',
            'A condition of access names something that was not restored.', 'Look at the access conditions of this activity.'],
        'Section not fully restored' => ['not-whole', 'warning', 'Moodle restored it in part only.', 'Compare it with the original.'],
        'Module not fully restored' => ['not-whole', 'warning', 'Moodle restored it in part only.', 'Compare it with the original.'],
    ];

    /**
     * @param \restore_controller $controller
     * @param warnings $warnings
     */
    public static function listen(\restore_controller $controller, warnings $warnings): void {
        self::$warnings = $warnings;
        $controller->add_logger(new self(\backup::LOG_WARNING));
    }

    /**
     * @param string $message
     * @param int $level
     * @param array|null $options
     * @return bool
     */
    protected function action($message, $level, $options = null) {
        if (!self::$warnings) {
            return true;
        }
        $what = self::activity((string) $message);
        if ($what === '') {
            return true;
        }
        foreach (self::LINES as $beginning => $line) {
            if (strpos($message, $beginning) === 0) {
                if ($line) {
                    self::$warnings->add($line[0], $line[1], $what, $line[2], $line[3]);
                }
                return true;
            }
        }
        self::$warnings->add('restore-log', 'warning', (string) $message, 'Moodle wrote this into the log of the restore.',
            'Look at this place of the course.');
        return true;
    }

    /**
     * Names the activity of which Moodle tells only the number. Of one whose module is switched off it says that it was
     * not restored whole, which is not so.
     *
     * @param string $message
     * @return string empty: there is nothing to tell
     */
    private static function activity(string $message): string {
        global $DB;
        if (!preg_match('/^Module not fully restored: id (\d+)$/D', $message, $match)) {
            return $message;
        }
        $row = $DB->get_record_sql('SELECT m.name, m.visible, cm.instance FROM {course_modules} cm
            JOIN {modules} m ON m.id = cm.module WHERE cm.id = :id', ['id' => (int) $match[1]]);
        if (!$row) {
            return $message;
        }
        $name = $DB->get_field($row->name, 'name', ['id' => $row->instance]);
        return $row->visible ? "{$row->name} “{$name}”" : '';
    }
}
