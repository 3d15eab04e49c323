<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

defined('MOODLE_INTERNAL') || die();

require_once($GLOBALS['CFG']->libdir . '/filestorage/file_progress.php');

/**
 * Hands on how far Moodle's packer is with an archive.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class unpacking implements \file_progress {
    /** @var heartbeat */
    private $beat;

    /** @var float */
    private $from;

    /** @var float */
    private $to;

    /**
     * @param heartbeat $beat
     * @param float $from
     * @param float $to
     */
    public function __construct(heartbeat $beat, float $from, float $to) {
        $this->beat = $beat;
        $this->from = $from;
        $this->to = $to;
    }

    /**
     * @param int $progress
     * @param int $max
     */
    public function progress($progress = self::INDETERMINATE, $max = self::INDETERMINATE) {
        \core_php_time_limit::raise(HOURSECS);
        $fraction = $max > 0 && $progress >= 0 ? $progress / $max : 0.0;
        $this->beat->tell($this->from + $fraction * ($this->to - $this->from), 'reading');
    }
}
