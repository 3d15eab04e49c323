<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * A refusal of a transfer, with an HTTP status of its own.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class refused extends error {
    /** @var int */
    public $status;

    /** @var int|null bytes of the upload that are here */
    public $received;

    /**
     * @param int $status
     * @param string $code
     * @param string $message
     * @param int|null $received
     */
    public function __construct(int $status, string $code, string $message, ?int $received = null) {
        parent::__construct($code, $message);
        $this->status = $status;
        $this->received = $received;
    }
}
