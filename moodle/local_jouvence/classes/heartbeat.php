<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * What a run tells of itself: that it lives, how far it is and at what; and by which it learns that it should stop.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class heartbeat {
    /** @var int */
    private $id;

    /** @var int the number of this run */
    private $runs;

    /** @var float */
    private $reached = 0.0;

    /** @var int when it was last written */
    private $time = 0;

    /** @var string */
    private $step = '';

    /** @var callable|null given the row each time it was written */
    private static $listener = null;

    /**
     * @param \stdClass $row of the task
     */
    public function __construct(\stdClass $row) {
        $this->id = (int) $row->id;
        $this->runs = (int) $row->runs;
    }

    /**
     * @param callable|null $listener of every run in this process
     */
    public static function listen(?callable $listener): void {
        self::$listener = $listener;
    }

    /**
     * Written once a second at most, and whenever the step changes.
     *
     * @param float $fraction 0..1; a bar that goes back looks broken
     * @param string $step
     */
    public function tell(float $fraction, string $step): void {
        global $DB;
        $this->reached = max($this->reached, min(1.0, $fraction));
        if (signals::came() && !$DB->is_transaction_started()) {
            throw new stopped('a signal asked for its end');
        }
        $now = time();
        // In a transaction of Moodle's nobody else would see it, and it would keep others from writing to the row.
        if (($now === $this->time && $step === $this->step) || $DB->is_transaction_started()) {
            return;
        }
        $this->time = $now;
        $this->step = $step;
        $DB->execute('UPDATE {local_jouvence_tasks} SET heartbeat = :now, progress = :reached, step = :step
                       WHERE id = :id AND runs = :runs',
            ['now' => $now, 'reached' => round($this->reached, 4), 'step' => $step, 'id' => $this->id, 'runs' => $this->runs]);
        $row = tasks::read($this->id);
        if (!$row || (int) $row->runs !== $this->runs || $row->stopping || $row->state !== 'running') {
            throw new stopped('the task was discarded');
        }
        if (self::$listener) {
            (self::$listener)($row);
        }
    }
}
