<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Gathers what a task lost or changed. `code` is stable, the sentences are English: the control plane translates by code.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class warnings {
    /** More lines of one kind help nobody: the rest is counted. */
    private const MOST = 500;

    /** @var array[] */
    private $kept = [];

    /** @var int[] by code */
    private $counts = [];

    /** @var bool[] lines that are there already */
    private $seen = [];

    /**
     * @param string $code
     * @param string $severity info, warning or error
     * @param string $what the thing, by name
     * @param string $why
     * @param string $todo
     */
    public function add(string $code, string $severity, string $what, string $why, string $todo = ''): void {
        $line = compact('code', 'severity', 'what', 'why', 'todo');
        // Moodle logs some things once for each place that they are missed in.
        $id = sha1(implode("\0", $line));
        if (isset($this->seen[$id])) {
            return;
        }
        $this->seen[$id] = true;
        $this->counts[$code] = ($this->counts[$code] ?? 0) + 1;
        if ($this->counts[$code] <= self::MOST) {
            // What names a thing may have been cut by Moodle in the middle of a character.
            $this->kept[] = array_map(function (string $text): string {
                return \core_text::substr(fix_utf8($text), 0, 2000);
            }, $line);
        }
    }

    /**
     * @return array[]
     */
    public function all(): array {
        $lines = $this->kept;
        foreach ($this->counts as $code => $count) {
            if ($count > self::MOST) {
                $more = $count - self::MOST;
                $lines[] = ['code' => 'more-of-the-same', 'severity' => 'warning', 'what' => $code,
                    'why' => "There are {$more} more of this kind, which are not listed.", 'todo' => ''];
            }
        }
        return $lines;
    }
}
