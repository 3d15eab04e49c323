<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Hands Moodle's own progress reports of a backup or restore on, as a part of the whole.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class moodle_progress extends \core\progress\base {
    /** @var heartbeat */
    private $beat;

    /** @var float */
    private $from;

    /** @var float */
    private $to;

    /** @var string */
    private $step;

    /**
     * @param heartbeat $beat
     * @param float $from where in the whole it begins
     * @param float $to
     * @param string $step
     */
    public function __construct(heartbeat $beat, float $from, float $to, string $step) {
        $this->beat = $beat;
        $this->from = $from;
        $this->to = $to;
        $this->step = $step;
    }

    /**
     * Moodle calls it at most once a second, and at every beginning and end of a section.
     */
    public function update_progress() {
        [$least] = $this->get_progress_proportion_range();
        // A report that is none yet, and one whose sections are all closed, look the same to Moodle's base class.
        $fraction = $this->is_in_progress_section() ? $least : 0.0;
        $this->beat->tell($this->from + $fraction * ($this->to - $this->from), $this->step);
    }
}
