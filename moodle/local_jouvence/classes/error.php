<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * A refusal of the agent's own. Over REST it travels as `{exception: "local_jouvence\\error", errorcode, message}` with
 * one of the protocol's codes: not-found, not-allowed, invalid-parameter, conflict, busy, quota, unsupported, site-error.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class error extends \moodle_exception {
    /**
     * @param string $code one of the protocol's codes
     * @param string $message one English sentence: what, expected and found, what to do; never a secret
     */
    public function __construct(string $code, string $message) {
        $this->errorcode = $code;
        $this->module = 'local_jouvence';
        $this->link = '';
        $this->a = null;
        $this->debuginfo = null;
        \Exception::__construct($message, 0);
    }
}
