<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * The block. It is empty, and so not shown, for whoever may not go to Jouvence, and while the site is not paired.
 *
 * @package    block_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

class block_jouvence extends block_base {
    /**
     * Moodle asks for it.
     */
    public function init() {
        $this->title = get_string('pluginname', 'block_jouvence');
    }

    /**
     * @return bool[]
     */
    public function applicable_formats() {
        return ['my' => true, 'site' => true, 'course-view' => true];
    }

    /**
     * @return stdClass
     */
    public function get_content() {
        if ($this->content === null) {
            $this->content = (object) ['text' => '', 'footer' => ''];
            if (\local_jouvence\navigation::is_offered()) {
                $this->content->text = html_writer::tag('p', get_string('what', 'block_jouvence')) .
                    html_writer::link(\local_jouvence\navigation::url(), get_string('go', 'block_jouvence'),
                        ['class' => 'btn btn-secondary']);
            }
        }
        return $this->content;
    }
}
