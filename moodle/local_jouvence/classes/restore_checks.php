<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Refusals of an archive, before anything is made of it and from Moodle's own prechecks.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class restore_checks {
    /** Moodle's sentences about people, whose only argument is a username → code and what is meant. */
    private const PEOPLE = [
        'restoreuserconflict' => ['conflict', 'accounts here have the usernames of other people in the archive ' .
            '(another e-mail): match people by another rule, or change one of the accounts'],
        'restoremnethostidmismatch' => ['conflict', 'accounts of an MNet host are others here'],
        'restorecannotcreateuser' => ['not-allowed', 'these accounts do not exist here and may not be created ' .
            '(moodle/restore:createuser): create them, or allow it with cli/setup.php'],
    ];

    private const SHOWN = 20;

    /**
     * What the archive says of itself.
     *
     * @param string $tempid its directory
     * @return \stdClass Moodle's information
     */
    public static function information(string $tempid): \stdClass {
        global $CFG;
        $format = \backup_general_helper::detect_backup_format($tempid);
        if ($format === \backup::FORMAT_UNKNOWN) {
            throw new error('invalid-parameter', 'the archive is no backup of a course: it has no moodle_backup.xml');
        }
        if ($format !== \backup::FORMAT_MOODLE) {
            throw new error('unsupported', "the archive has the format {$format}: only Moodle's own (moodle2) is restored");
        }
        try {
            $info = \backup_general_helper::get_backup_information($tempid);
        } catch (\Throwable $e) {
            throw new error('invalid-parameter', 'the archive is altered: its moodle_backup.xml cannot be read');
        }
        if ($info->type !== \backup::TYPE_1COURSE) {
            throw new error('unsupported', "the archive is a backup of one {$info->type}, not of a course");
        }
        $branch = self::branch((string) $info->moodle_release);
        if ($branch > (int) $CFG->branch) {
            throw new error('unsupported', "the backup was made by Moodle {$info->moodle_release}, and this site is " .
                "{$CFG->release}: Moodle restores backups of its own or older versions");
        }
        if ($branch < 309) {
            throw new error('unsupported', 'the backup comes from Moodle ' . ($info->moodle_release ?: '(unknown)') .
                '; backups of Moodle 3.9 or later can be restored');
        }
        return $info;
    }

    /**
     * @param string $release such as 4.5.6 (Build: …)
     * @return int such as 405
     */
    private static function branch(string $release): int {
        return preg_match('/^(\d+)\.(\d+)/', $release, $match) ? 100 * (int) $match[1] + (int) $match[2] : 0;
    }

    /**
     * @param string[] $errors Moodle's sentences, in the language of the site
     * @return error
     */
    public static function refusal(array $errors): error {
        foreach (self::PEOPLE as $string => [$code, $meaning]) {
            // Moodle gives the sentence only: whom it names is what differs from the same sentence about nobody.
            [$start, $end] = explode("\x01", get_string($string, '', "\x01")) + [1 => ''];
            $names = [];
            foreach ($errors as $sentence) {
                if ($start !== '' && strpos($sentence, $start) === 0 && substr($sentence, strlen($sentence) - strlen($end)) === $end) {
                    $names[] = substr($sentence, strlen($start), strlen($sentence) - strlen($start) - strlen($end));
                }
            }
            if ($names) {
                $more = count($names) - self::SHOWN;
                $shown = implode(', ', array_slice($names, 0, self::SHOWN)) . ($more > 0 ? " and {$more} more" : '');
                return new error($code, "{$meaning}: {$shown}");
            }
        }
        $unsupported = [get_string('errorrestorefrontpagebackup', 'backup')];
        $code = array_intersect($errors, $unsupported) ? 'unsupported' : 'site-error';
        return new error($code, 'Moodle does not restore this archive: ' . \core_text::substr(implode('; ', $errors), 0, 1000));
    }
}
