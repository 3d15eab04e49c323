<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Ordinary courses: pages, a forum, an assignment, a folder of small files, and one file.
 *
 * Input: courses: [{shortname, fullname?, files, fileBytes, bigBytes?, visible?, category?}], teacher (username).
 * Answer: courses: [{courseid, shortname}].
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');

$input = seed_input();
$generator = seed_generator();
$teacher = seed_person($input->teacher ?? 'prof.martin', 'Élise', 'Martin');
$made = [];
foreach ($input->courses as $number => $wish) {
    $course = $generator->create_course(['shortname' => $wish->shortname, 'fullname' => $wish->fullname ?? "Cours $wish->shortname",
        'numsections' => 5, 'visible' => $wish->visible ?? 1] + (isset($wish->category) ? ['category' => $wish->category] : []), ['createsections' => true]);
    $generator->enrol_user($teacher->id, $course->id, 'editingteacher');
    $files = [];
    for ($at = 0; $at < ($wish->files ?? 10); $at++) {
        $files[sprintf('serie%02d/fichier-%04d.bin', intdiv($at, 100), $at)] = seed_bytes($number * 100000 + $at, $wish->fileBytes ?? 2000);
    }
    $generator->create_module('folder', ['course' => $course->id, 'name' => 'Fichiers', 'files' => seed_draft($files), 'section' => 1]);
    for ($at = 0; $at < 8; $at++) {
        $generator->create_module('page', ['course' => $course->id, 'name' => "Page $at", 'content' => str_repeat("<p>Paragraphe $at.</p>", 50), 'section' => $at % 5]);
    }
    foreach (['forum', 'assign', 'url', 'label'] as $module) {
        $generator->create_module($module, ['course' => $course->id, 'section' => 2]);
    }
    if (!empty($wish->bigBytes)) {
        $path = make_request_directory() . '/big.bin';
        $out = fopen($path, 'wb');
        for ($left = $wish->bigBytes; $left > 0; $left -= 1048576) {
            // Nothing that would become small in an archive.
            fwrite($out, random_bytes(1048576), min($left, 1048576));
        }
        fclose($out);
        $cm = $generator->create_module('folder', ['course' => $course->id, 'name' => 'Gros fichier', 'section' => 3]);
        get_file_storage()->create_file_from_pathname(['contextid' => context_module::instance($cm->cmid)->id, 'component' => 'mod_folder',
            'filearea' => 'content', 'itemid' => 0, 'filepath' => '/', 'filename' => 'gros.bin'], $path);
        unlink($path);
    }
    $made[] = ['courseid' => (int)$course->id, 'shortname' => $course->shortname];
}
seed_answer(['courses' => $made]);
