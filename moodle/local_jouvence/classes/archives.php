<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Where archives lie: finished backups in a file area of the plugin's own, which nothing but a grant opens; uploads in
 * a file of Moodle's temporary directory, which all of a site's machines share.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class archives {
    /** Archives that nobody came for. */
    public const LIFE_SECONDS = DAYSECS;

    private const CHUNK_BYTES = 1024 * 1024;

    /**
     * Largest part of an upload.
     *
     * @return int bytes
     */
    public static function part_bytes(): int {
        return site::upload_part_bytes();
    }

    /**
     * Takes a finished backup out of the area where Moodle put it, and people would see it. The contents are shared by
     * their hash: nothing is copied.
     *
     * @param int $taskid
     * @param \stored_file $file
     * @param string $filename
     * @return \stored_file
     */
    public static function take(int $taskid, \stored_file $file, string $filename): \stored_file {
        self::remove($taskid);
        $kept = get_file_storage()->create_file_from_storedfile([
            'contextid' => \context_system::instance()->id, 'component' => 'local_jouvence', 'filearea' => 'archives',
            'itemid' => $taskid, 'filepath' => '/', 'filename' => $filename, 'timecreated' => time(), 'timemodified' => time(),
        ], $file);
        $file->delete();
        return $kept;
    }

    /**
     * @param int $taskid
     * @return \stored_file|null
     */
    public static function find(int $taskid): ?\stored_file {
        $files = get_file_storage()->get_area_files(\context_system::instance()->id, 'local_jouvence', 'archives', $taskid,
            'id DESC', false);
        return $files ? reset($files) : null;
    }

    /**
     * @param int $taskid
     * @return bool whether there was one
     */
    public static function remove(int $taskid): bool {
        $had = self::find($taskid) !== null;
        get_file_storage()->delete_area_files(\context_system::instance()->id, 'local_jouvence', 'archives', $taskid);
        return $had;
    }

    /**
     * What a killed run left where Moodle keeps backups: in the course with people, else with the service user.
     *
     * @param int $courseid
     * @param int $userid
     * @param string|null $filename carries the task's id, so it is no one else's
     * @return \stored_file[]
     */
    public static function stray(int $courseid, int $userid, ?string $filename): array {
        $found = [];
        $places = [
            ['backup', 'course', \context_course::instance($courseid, IGNORE_MISSING)],
            ['user', 'backup', \context_user::instance($userid, IGNORE_MISSING)],
        ];
        foreach ($places as [$component, $area, $context]) {
            $file = $filename && $context
                ? get_file_storage()->get_file($context->id, $component, $area, 0, '/', $filename) : false;
            if ($file) {
                $found[] = $file;
            }
        }
        return $found;
    }

    /**
     * @param int $courseid
     * @param int $userid
     * @param string|null $filename
     */
    public static function remove_stray(int $courseid, int $userid, ?string $filename): void {
        foreach (self::stray($courseid, $userid, $filename) as $file) {
            $file->delete();
        }
    }

    /**
     * @param int $taskid
     * @return string path of the file that an upload is written to
     */
    public static function upload_path(int $taskid): string {
        return make_temp_directory('local_jouvence') . '/upload-' . $taskid;
    }

    /**
     * @param int $taskid
     * @return bool whether there was one
     */
    public static function remove_upload(int $taskid): bool {
        $path = self::upload_path($taskid);
        return is_file($path) && unlink($path);
    }

    /**
     * @param resource $handle read from where it stands; closed
     * @param callable|null $tell called with the bytes read so far
     * @return string sha-256
     */
    public static function digest($handle, ?callable $tell = null): string {
        $hash = hash_init('sha256');
        $read = 0;
        while (!feof($handle)) {
            $chunk = fread($handle, self::CHUNK_BYTES);
            if ($chunk === false) {
                throw new error('site-error', "the archive cannot be read beyond byte {$read}");
            }
            hash_update($hash, $chunk);
            $read += strlen($chunk);
            if ($tell) {
                $tell($read);
            }
        }
        fclose($handle);
        return hash_final($hash);
    }
}
