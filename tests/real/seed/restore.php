<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Restores an archive by Moodle's own controllers, and says all that Moodle said of it.
 *
 * Input: {file, categoryid}. Answer: {courseid, errors: [], warnings: []}.
 */

require(__DIR__ . '/start.php');
require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');

$input = seed_input();
$CFG->backup_database_logger_level = backup::LOG_INFO;
$directory = restore_controller::get_tempdir_name(SITEID, $USER->id);
get_file_packer('application/vnd.moodle.backup')->extract_to_pathname($input->file, make_backup_temp_directory($directory));
$courseid = restore_dbops::create_new_course('x', 'x-' . $directory, $input->categoryid);
$controller = new restore_controller($directory, $courseid, backup::INTERACTIVE_NO, backup::MODE_GENERAL, $USER->id, backup::TARGET_NEW_COURSE);
$controller->execute_precheck();
$said = $controller->get_precheck_results();
if (empty($said['errors'])) {
    $controller->execute_plan();
}
$logged = $DB->get_records_select('backup_logs', 'backupid = ? AND loglevel <= ?', [$controller->get_restoreid(), backup::LOG_WARNING], 'id', 'id, message');
$controller->destroy();
seed_answer(['courseid' => (int)$courseid, 'errors' => array_values($said['errors'] ?? []),
    'warnings' => array_merge(array_values($said['warnings'] ?? []), array_column($logged, 'message'))]);
