<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Sends a finished backup, whole or from a byte on. Moodle's own send_file knows no If-Range for our ETag: the end of
 * one archive would be glued to the beginning of another.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class download {
    private const CHUNK_BYTES = 512 * 1024;

    /**
     * @param \stdClass $row of the task
     */
    public static function answer(\stdClass $row): void {
        $file = $row->state === 'done' ? archives::find((int) $row->id) : null;
        if (!$file || !$row->sha256) {
            throw new error('not-found', 'there is no such archive any more');
        }
        $size = (int) $row->sizebytes;
        $etag = '"' . $row->sha256 . '"';
        header("ETag: {$etag}");
        header('Accept-Ranges: bytes');
        // A proxy that packs it again would give other bytes than the ETag says.
        header('Cache-Control: private, no-store, no-transform');
        $range = self::range($size, $_SERVER['HTTP_RANGE'] ?? null, $_SERVER['HTTP_IF_RANGE'] ?? null, $etag);
        if ($range === false) {
            http_response_code(416);
            header("Content-Range: bytes */{$size}");
            header('Content-Length: 0');
            return;
        }
        [$start, $end] = $range ?? [0, $size - 1];
        http_response_code($range ? 206 : 200);
        header('Content-Type: application/vnd.moodle.backup');
        header('Content-Disposition: attachment');
        header('Content-Length: ' . ($end - $start + 1));
        if ($range) {
            header("Content-Range: bytes {$start}-{$end}/{$size}");
        }
        if ($_SERVER['REQUEST_METHOD'] !== 'HEAD') {
            self::stream($file, $start, $end - $start + 1, function (string $chunk): bool {
                echo $chunk;
                flush();
                return !connection_aborted();
            });
        }
    }

    /**
     * One range; null: the whole; false: beyond the end. Several ranges, or units that are not bytes, give the whole.
     *
     * @param int $size
     * @param string|null $range header
     * @param string|null $ifrange header
     * @param string $etag
     * @return int[]|null|false first and last byte
     */
    public static function range(int $size, ?string $range, ?string $ifrange, string $etag) {
        if ($range === null || ($ifrange !== null && $ifrange !== $etag)
                || !preg_match('/^bytes=(\d{0,15})-(\d{0,15})$/D', $range, $match) || $match[1] . $match[2] === '') {
            return null;
        }
        if ($match[1] === '') {
            return (int) $match[2] === 0 ? false : [max(0, $size - (int) $match[2]), $size - 1];
        }
        $first = (int) $match[1];
        if ($match[2] !== '' && (int) $match[2] < $first) {
            return null;
        }
        return $first >= $size ? false : [$first, $match[2] === '' ? $size - 1 : min((int) $match[2], $size - 1)];
    }

    /**
     * By the file API, which also reads from object storage.
     *
     * @param \stored_file $file
     * @param int $start
     * @param int $length
     * @param callable $write takes some bytes; false: nobody wants more
     */
    public static function stream(\stored_file $file, int $start, int $length, callable $write): void {
        $handle = $file->get_content_file_handle();
        if ($start > 0 && fseek($handle, $start) !== 0) {
            // A remote stream that cannot jump.
            for ($left = $start; $left > 0 && !feof($handle); $left -= strlen($skipped)) {
                $skipped = (string) fread($handle, min(self::CHUNK_BYTES, $left));
            }
        }
        while ($length > 0) {
            $chunk = fread($handle, min(self::CHUNK_BYTES, $length));
            if ($chunk === false || $chunk === '') {
                // Whoever fetches sees that it is too short.
                break;
            }
            $length -= strlen($chunk);
            if (!$write($chunk)) {
                break;
            }
        }
        fclose($handle);
    }
}
