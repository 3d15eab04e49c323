<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\archives;
use local_jouvence\error;
use local_jouvence\grants;
use local_jouvence\tasks;

/**
 * Opens upload.php for one archive; again for what is missing of it.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class grant_upload extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'key' => shapes::text(),
            'filename' => shapes::text(),
            'sizebytes' => shapes::int(),
            'sha256' => shapes::text(),
        ]);
    }

    /**
     * @param string $key
     * @param string $filename
     * @param int $sizebytes
     * @param string $sha256
     * @return array
     */
    public static function execute($key, $filename, $sizebytes, $sha256) {
        $params = self::validate_parameters(self::execute_parameters(), compact('key', 'filename', 'sizebytes', 'sha256'));
        $userid = self::enter('grant_upload')->userid;
        tasks::require_key('key', $params['key']);
        tasks::require_sha256($params['sha256']);
        if ($params['sizebytes'] < 0) {
            throw new \invalid_parameter_exception('sizebytes: must not be negative');
        }
        require_capability('moodle/restore:restorecourse', \context_system::instance(), $userid);
        $asked = $params;
        unset($asked['key']);
        $row = tasks::ask('upload', $params['key'], $asked, $userid);
        if ($row->state === 'discarded') {
            throw new error('conflict', "the upload {$params['key']} was discarded: its key is used up");
        }
        $free = @disk_free_space(make_temp_directory('local_jouvence'));
        $missing = $params['sizebytes'] - $row->received;
        if ($row->state !== 'done' && $free !== false && $free < $missing) {
            throw new error('quota', 'the site has too little space for this archive: ' . display_size($missing) .
                ' are needed in its temporary directory, and ' . display_size($free) . ' are free');
        }
        return grants::give((int) $row->id, 'upload') +
            ['received' => (int) $row->received, 'uploadpartbytes' => archives::part_bytes()];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('grant', 'received uploadpartbytes expires');
    }
}
