<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Where people go from this site to Jouvence.
 *
 * Jouvence sends the browser here with a `state`; the answer is a ticket that the browser posts back: it says which account
 * is signed in here, and nothing more. Anybody can send a browser here, and that does no harm: the ticket goes to the
 * paired control plane alone, which takes it only from the browser to which it gave that state. So nobody can be signed
 * in there as somebody else, nor sign a victim in to an account of his own.
 *
 * Without a state, the page offers to begin at Jouvence, which then sends the browser back here with one.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');

use local_jouvence\navigation;
use local_jouvence\site;
use local_jouvence\trust;

$state = optional_param('state', '', PARAM_RAW);
$aud = optional_param('aud', '', PARAM_RAW);
$context = \context_system::instance();
$PAGE->set_context($context);
$PAGE->set_url(new \moodle_url('/local/jouvence/enter.php', array_filter(['state' => $state, 'aud' => $aud], 'strlen')));
$PAGE->set_pagelayout('standard');
$PAGE->set_title(get_string('pluginname', 'local_jouvence'));
$PAGE->set_heading(get_string('pluginname', 'local_jouvence'));
// The page may hold a ticket.
$PAGE->set_cacheable(false);

require_login(null, false);
if (isguestuser()) {
    $SESSION->wantsurl = $PAGE->url->out(false);
    redirect(get_login_url());
}
require_capability('local/jouvence:use', $context);

$controls = navigation::controls();
$refusal = null;
$control = null;
if (!$controls) {
    $refusal = get_string('enter_notpaired', 'local_jouvence');
} else if (\core\session\manager::is_loggedinas()) {
    $refusal = get_string('enter_loginas', 'local_jouvence');
} else if (!navigation::is_personal($USER)) {
    $refusal = get_string('enter_account', 'local_jouvence');
} else if ($state !== '' && !preg_match('/^[A-Za-z0-9_-]{16,200}$/D', $state)) {
    $refusal = get_string('enter_state', 'local_jouvence');
} else if ($state !== '') {
    $control = count($controls) === 1 && $aud === '' ? reset($controls) : $aud;
    if (!in_array($control, $controls, true)) {
        $refusal = get_string('enter_which', 'local_jouvence', s($aud));
    }
}

// Where the form may go; told to the browser as well.
header('Referrer-Policy: strict-origin');
echo $OUTPUT->header();
if ($refusal !== null) {
    echo $OUTPUT->notification($refusal, 'error');
} else if ($control === null) {
    foreach ($controls as $address) {
        echo html_writer::tag('p', get_string('enter_told', 'local_jouvence', s($address)));
        $start = new \moodle_url($address . '/enter/' . site::identifier());
        echo html_writer::div(html_writer::link($start, get_string('enter_continue', 'local_jouvence'),
            ['class' => 'btn btn-primary', 'rel' => 'noreferrer']), 'mb-4');
    }
} else {
    $ticket = trust::ticket($USER, $control, $state);
    $profile = array_search($control, $controls, true);
    \local_jouvence\event\ticket_given::of($profile, ['control' => $control])->trigger();
    echo html_writer::tag('p', get_string('enter_told', 'local_jouvence', s($control)));
    echo html_writer::start_tag('form', ['id' => 'local_jouvence_ticket', 'method' => 'post', 'action' => $control . '/enter']);
    echo html_writer::empty_tag('input', ['type' => 'hidden', 'name' => 'ticket', 'value' => $ticket]);
    echo html_writer::tag('button', get_string('enter_continue', 'local_jouvence'),
        ['type' => 'submit', 'class' => 'btn btn-primary']);
    echo html_writer::end_tag('form');
    // The button is for browsers without scripts, and for sites that allow none in a page.
    echo html_writer::script("document.getElementById('local_jouvence_ticket').submit();");
}
echo $OUTPUT->footer();
