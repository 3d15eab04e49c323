<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\archives;
use local_jouvence\error;
use local_jouvence\grants;
use local_jouvence\tasks;

/**
 * Opens the archive of a finished backup for archive.php.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class grant_download extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters(['key' => shapes::text()]);
    }

    /**
     * @param string $key
     * @return array
     */
    public static function execute($key) {
        $params = self::validate_parameters(self::execute_parameters(), compact('key'));
        $userid = self::enter('grant_download')->userid;
        tasks::require_key('key', $params['key']);
        $row = tasks::find($params['key'], $userid);
        if (!$row || $row->kind !== 'backup' || in_array($row->state, ['discarded', 'failed'], true)) {
            throw new error('not-found', "there is no backup {$params['key']}");
        }
        if ($row->state !== 'done') {
            throw new error('busy', "the backup {$params['key']} is not finished yet");
        }
        if (!archives::find((int) $row->id)) {
            throw new error('not-found', "the archive of {$params['key']} has been removed");
        }
        return grants::give((int) $row->id, 'download') +
            ['filename' => $row->filename, 'sizebytes' => (int) $row->sizebytes, 'sha256' => $row->sha256];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('grant filename sha256', 'sizebytes expires');
    }
}
