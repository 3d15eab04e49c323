<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Takes an archive in parts. A part counts when all of it is on disk; one that breaks off leaves nothing, so the sender
 * goes on from the last byte that was answered for.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class upload {
    private const CHUNK_BYTES = 256 * 1024;

    /** What is lost at most of a stream that breaks off. */
    private const PART_BYTES = 16 * 1024 * 1024;

    /** A sender that lost its connection comes back before PHP has noticed. */
    private const WAIT_SECONDS = 30;

    /**
     * @param \stdClass $row of the task
     */
    public static function answer(\stdClass $row): void {
        if (in_array($row->state, ['discarded', 'failed'], true)) {
            throw new error('not-found', 'there is no such upload any more');
        }
        if ($_SERVER['REQUEST_METHOD'] === 'HEAD') {
            header(transfer::RECEIVED . ': ' . (int) $row->received);
            header('Cache-Control: no-store');
            header('Content-Length: 0');
            return;
        }
        // Else the web server ends PHP in the middle of a part that has arrived.
        ignore_user_abort(true);
        $lock = runner::lock($row, self::WAIT_SECONDS);
        if (!$lock) {
            throw new refused(409, 'busy', 'another part of this upload is being written: try again');
        }
        try {
            $received = self::receive(tasks::read((int) $row->id));
        } finally {
            $lock->release();
        }
        header(transfer::RECEIVED . ': ' . $received);
        transfer::send(200, ['received' => $received]);
    }

    /**
     * @param \stdClass $row whose lock is held
     * @return int bytes that are here now
     */
    private static function receive(\stdClass $row): int {
        ['sizebytes' => $size, 'sha256' => $sha256] = tasks::params($row);
        $here = (int) $row->received;
        // From the address, where a raw body leaves them.
        $text = isset($_GET['offset']) && is_string($_GET['offset']) ? $_GET['offset'] : '';
        $offset = preg_match('/^\d{1,15}$/D', $text) ? (int) $text : -1;
        $complete = ($_GET['complete'] ?? '') === '1';
        $claimed = $_GET['sha256'] ?? '';
        if ($offset < 0) {
            throw new error('invalid-parameter', 'offset must be a number of bytes');
        }
        if ($row->state === 'done' && $complete && $claimed === $sha256) {
            // The last answer was lost: the whole is here, and was checked.
            return $size;
        }
        if ($row->state === 'discarded') {
            throw new error('not-found', 'there is no such upload any more');
        }
        if ($offset !== $here) {
            throw new refused(409, 'conflict', "the part begins at {$offset}, and {$here} bytes are here", $here);
        }
        $length = self::length($here);
        if ($offset + $length > $size || ($complete && $offset + $length !== $size)) {
            throw new refused(400, 'invalid-parameter', "the upload was announced with {$size} bytes", $here);
        }
        if ($complete && $claimed !== $sha256) {
            throw new refused(400, 'invalid-parameter', 'the SHA-256 is not the one that the upload was announced with', $here);
        }
        return self::keep($row, fopen('php://input', 'rb'), $length, $complete);
    }

    /**
     * The rest of an archive, from a stream that begins with what is not here yet. Each part is kept by itself: what breaks
     * off goes on from the last one.
     *
     * @param \stdClass $row of the task
     * @param resource $body closed at the end
     * @param callable $tell given the bytes that are here, before the first part and after each
     */
    public static function take_rest(\stdClass $row, $body, callable $tell): void {
        if (in_array($row->state, ['discarded', 'failed'], true)) {
            throw new error('not-found', 'there is no such upload any more');
        }
        $size = tasks::params($row)['sizebytes'];
        $here = $row->state === 'done' ? $size : (int) $row->received;
        $tell($here);
        for ($done = $row->state === 'done'; !$done;) {
            $lock = runner::lock($row, self::WAIT_SECONDS);
            if (!$lock) {
                throw new refused(409, 'busy', 'another part of this upload is being written: try again');
            }
            try {
                $now = tasks::read((int) $row->id);
                if (!in_array($now->state, ['waiting', 'running'], true) || (int) $now->received !== $here) {
                    throw new refused(409, 'conflict', 'somebody else is sending this upload', (int) $now->received);
                }
                $length = min(self::PART_BYTES, $size - $here);
                $done = $here + $length === $size;
                $here = self::keep($now, $body, $length, $done);
            } finally {
                $lock->release();
            }
            $tell($here);
        }
        fclose($body);
    }

    /**
     * @param \stdClass $row whose lock is held
     * @param resource $body
     * @param int $length of this part, which begins with what is not here yet
     * @param bool $complete whether it is the last
     * @return int bytes that are here now
     */
    private static function keep(\stdClass $row, $body, int $length, bool $complete): int {
        global $DB;
        ['sizebytes' => $size, 'sha256' => $sha256] = tasks::params($row);
        $path = archives::upload_path((int) $row->id);
        $reached = self::append($path, (int) $row->received, $length, $body);
        if (!$complete) {
            $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'received' => $reached, 'state' => 'running']);
            return $reached;
        }
        return self::complete($row, $path, $size, $sha256);
    }

    /**
     * @param int $here
     * @return int bytes of this part
     */
    private static function length(int $here): int {
        $length = $_SERVER['CONTENT_LENGTH'] ?? '';
        if (!is_string($length) || !preg_match('/^\d{1,15}$/D', $length)) {
            throw new refused(411, 'invalid-parameter', 'the part must say how long it is');
        }
        $most = archives::part_bytes();
        if ((int) $length > $most) {
            throw new refused(413, 'quota', "parts may have {$most} bytes", $here);
        }
        return (int) $length;
    }

    /**
     * @param string $path
     * @param int $offset
     * @param int $length
     * @param resource $body
     * @return int bytes on disk; when it throws, the file is as it was
     */
    private static function append(string $path, int $offset, int $length, $body): int {
        if ($offset > 0 && !is_file($path)) {
            throw new error('not-found', 'what was uploaded has been removed: begin again with a new key');
        }
        $file = @fopen($path, $offset === 0 ? 'wb' : 'r+b');
        if (!$file || !$body) {
            throw new error('site-error', 'the site cannot write into its temporary directory');
        }
        try {
            // A part that PHP was killed in left bytes that nobody was answered for.
            ftruncate($file, $offset);
            fseek($file, $offset);
            $written = 0;
            while ($written < $length && !feof($body)) {
                $chunk = fread($body, min(self::CHUNK_BYTES, $length - $written));
                if ($chunk === false || $chunk === '') {
                    break;
                }
                if (@fwrite($file, $chunk) !== strlen($chunk)) {
                    throw new refused(507, 'quota', 'the disk that keeps the uploads of this site is full', $offset);
                }
                $written += strlen($chunk);
            }
            if ($written !== $length) {
                throw new refused(400, 'invalid-parameter', 'the part broke off', $offset);
            }
            // PHP before 8.1 cannot ask for more than handing it to the system.
            if (!fflush($file) || (function_exists('fsync') && !fsync($file))) {
                throw new refused(507, 'quota', 'the disk that keeps the uploads of this site is full', $offset);
            }
        } catch (error $e) {
            ftruncate($file, $offset);
            throw $e;
        } finally {
            fclose($file);
        }
        return $offset + $length;
    }

    /**
     * @param \stdClass $row
     * @param string $path
     * @param int $size
     * @param string $sha256 as announced
     * @return int
     */
    private static function complete(\stdClass $row, string $path, int $size, string $sha256): int {
        global $DB;
        $found = archives::digest(fopen($path, 'rb'));
        if ($found !== $sha256) {
            $DB->update_record('local_jouvence_tasks', (object) ['id' => $row->id, 'received' => 0, 'state' => 'waiting']);
            archives::remove_upload((int) $row->id);
            throw new refused(409, 'conflict', 'the whole has another SHA-256 than was announced: all of it was thrown away', 0);
        }
        $DB->update_record('local_jouvence_tasks', (object) [
            'id' => $row->id, 'state' => 'done', 'received' => $size, 'sizebytes' => $size, 'sha256' => $found,
            'filename' => \core_text::substr(tasks::params($row)['filename'], 0, 255), 'timefinished' => time(),
        ]);
        return $size;
    }
}
