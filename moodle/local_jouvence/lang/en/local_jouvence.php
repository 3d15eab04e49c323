<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * English.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cachedef_facts'] = 'Counts that take long';
$string['cachedef_tries'] = 'Wrong pairing codes by address';
$string['categorykeys'] = 'Keys of categories';
$string['categorykeys_desc'] = 'What Jouvence may read to find the same category on another site, one a line: <code>table:foreignkey:field</code>, the value of a field in the row whose foreign key is the category’s id; the table without its prefix. The idnumber and the name of a category need no leave. Whatever is named here can be read by Jouvence, row by row.';
$string['enter_account'] = 'This account cannot go to Jouvence: it is not a personal account of this site.';
$string['enter_continue'] = 'Continue to Jouvence';
$string['enter_loginas'] = 'You are signed in as somebody else. Go back to your own account first.';
$string['enter_notpaired'] = 'This site is not connected to Jouvence.';
$string['enter_state'] = 'This address is not complete. Begin again at Jouvence.';
$string['enter_told'] = '{$a} will be told that you are signed in to this site: your username, the number of your account and your language. Your password stays here.';
$string['enter_which'] = 'Jouvence at “{$a}” is not connected to this site.';
$string['event_pairing_opened'] = 'Pairing code made';
$string['event_profile_removed'] = 'Profile removed';
$string['event_profile_set_up'] = 'Profile set up';
$string['event_site_paired'] = 'Site paired';
$string['event_ticket_given'] = 'Went to Jouvence';
$string['event_token_rotated'] = 'Token renewed';
$string['jouvence:chooseuserdata'] = 'Choose whether participants\' data travel with a course';
$string['jouvence:requestforothers'] = 'Ask for other people\'s courses';
$string['jouvence:use'] = 'Come to Jouvence from this site';
$string['jouvence:viewfleet'] = 'See the other sites of the fleet';
$string['messageprovider:attention'] = 'Jouvence: something to look at';
$string['messageprovider:carried'] = 'Jouvence: a course has come';
$string['messageprovider:digest'] = 'Jouvence: several notices at once';
$string['messageprovider:failed'] = 'Jouvence: a course could not come';
$string['messageprovider:partly'] = 'Jouvence: a course has come in part';
$string['nav'] = 'Jouvence';
$string['pluginname'] = 'Jouvence';
$string['privacy:metadata:control'] = 'The Jouvence control plane that this site is paired with reads accounts and courses, and carries courses to other sites. What it has read it forgets within a day; requests, with the names of the person and the course, are kept as long as its operator has set; archives of courses until the course has arrived or the request has ended.';
$string['privacy:metadata:control:account'] = 'Username, e-mail address, idnumber, full name, authentication method, language, first access and suspension of accounts that are looked for; of those who teach a course that somebody asks for, their roles in it too.';
$string['privacy:metadata:control:archive'] = 'Backups of courses, with what participants did in them if that was asked for and allowed.';
$string['privacy:metadata:control:courses'] = 'The courses in which a person has a role, and the names of their teachers.';
$string['privacy:metadata:core_files'] = 'Backups of courses that are on their way are kept until they have been fetched, for a day at most.';
$string['privacy:metadata:entering'] = 'When somebody goes to Jouvence from this site, it is told who that is.';
$string['privacy:metadata:entering:id'] = 'The number of the account on this site.';
$string['privacy:metadata:entering:language'] = 'The language in which the person uses this site.';
$string['privacy:metadata:entering:username'] = 'The username on this site.';
$string['privacy:metadata:notices'] = 'Which notices of Jouvence were sent to whom, kept for 30 days so that none is sent twice; their texts are with Moodle’s own notifications.';
$string['privacy:metadata:notices:kind'] = 'What kind of notice it was.';
$string['privacy:metadata:notices:timecreated'] = 'When it was sent.';
$string['privacy:metadata:notices:userid'] = 'Who was told.';
$string['privacy:metadata:tasks'] = 'Backups and restores that a control plane asked for.';
$string['privacy:metadata:tasks:params'] = 'What was asked.';
$string['privacy:metadata:tasks:timecreated'] = 'When it was asked.';
$string['privacy:metadata:tasks:userid'] = 'The service account that asked.';
$string['privacy:path'] = 'Jouvence';
$string['status_code'] = 'a pairing code is open until {$a}';
$string['status_control'] = 'a control plane without pages of its own';
$string['status_how'] = 'Profiles are set up on the server: <code>php local/jouvence/cli/setup.php --help</code>. Nothing here can be read that would open the site.';
$string['status_missing'] = 'without {$a}: run the set-up again';
$string['status_none'] = 'not set up';
$string['status_notpaired'] = 'not paired';
$string['status_paired'] = 'paired with {$a->control}, token until {$a->until}';
$string['status_setup'] = 'set up';
$string['status_unused'] = 'not used yet';
$string['status_used'] = 'last used {$a}';
$string['task_cleanup'] = 'Remove what nobody came for (Jouvence)';
$string['task_run'] = 'Backup or restore for Jouvence';
