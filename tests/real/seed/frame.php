<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** What a course has around its activities: gradebook, scales, outcomes, badge, events, blocks. */
function seed_frame(stdClass $course, array $people, array $made): void {
    global $CFG;
    $generator = seed_generator();
    $category = $generator->create_grade_category(['courseid' => $course->id, 'fullname' => 'Contrôle continu & "oral"']);
    $item = $generator->create_grade_item(['courseid' => $course->id, 'itemtype' => 'manual', 'itemname' => 'Oral <1>', 'categoryid' => $category->id, 'grademax' => 20]);
    // All of them: for whoever has none Moodle makes an empty row sooner or later, and a copy would seem to differ.
    foreach (array_keys($people) as $at => $username) {
        (new grade_item(['id' => $item->id]))->update_final_grade($people[$username]->id, 10 + $at / 2, 'manual', 'Bon oral & bonne voix', FORMAT_HTML);
    }
    seed_scales($course, $people);
    seed_badge($course, $people);
    require_once($CFG->dirroot . '/calendar/lib.php');
    calendar_event::create((object)['eventtype' => 'course', 'courseid' => $course->id, 'groupid' => 0, 'userid' => $people['prof.martin']->id, 'type' => CALENDAR_EVENT_TYPE_STANDARD,
        'name' => 'Examen <final> & "oral" 😀', 'description' => '<p>Salle 12</p>', 'format' => FORMAT_HTML, 'timestart' => 1800000000,
        'timeduration' => 7200, 'visible' => 1], false);
    $parent = ['parentcontextid' => context_course::instance($course->id)->id, 'pagetypepattern' => 'course-view-*'];
    $config = (object)['title' => 'Bloc & "texte" 😀', 'text' => '<p>Bienvenue</p>', 'format' => FORMAT_HTML, 'classes' => ''];
    $generator->create_block('html', $parent + ['configdata' => base64_encode(serialize($config))]);
    $generator->create_block('online_users', $parent);
}

/** One scale and one outcome of the course, one of each of the whole site that the course uses. */
function seed_scales(stdClass $course, array $people): void {
    global $CFG, $DB;
    require_once($CFG->libdir . '/grade/grade_outcome.php');
    set_config('enableoutcomes', 1);
    $generator = seed_generator();
    foreach ([$course->id, 0] as $owner) {
        $where = $owner ? 'du cours' : 'du site';
        $name = "Échelle $where <&>";
        $scale = $DB->get_record('scale', ['courseid' => $owner, 'name' => $name])
            ?: $generator->create_scale(['courseid' => $owner, 'name' => $name, 'scale' => $owner ? 'Faible,Moyen,Fort & bon' : 'Insuffisant,Passable,Excellent', 'userid' => $people['prof.martin']->id]);
        $shortname = ($owner ? "OUT-$course->id" : 'OUT-SITE');
        $outcome = $DB->get_record('grade_outcomes', ['shortname' => $shortname])
            ?: $generator->create_grade_outcome(['courseid' => $owner ?: null, 'shortname' => $shortname, 'fullname' => "Objectif $where", 'scaleid' => $scale->id]);
        if (!$DB->record_exists('grade_outcomes_courses', ['courseid' => $course->id, 'outcomeid' => $outcome->id])) {
            $DB->insert_record('grade_outcomes_courses', ['courseid' => $course->id, 'outcomeid' => $outcome->id]);
        }
        // Moodle backs up a scale only where something uses it.
        $generator->create_module('assign', ['course' => $course->id, 'name' => "Évalué par l’échelle $where", 'grade' => -$scale->id, 'section' => 2]);
    }
}

function seed_badge(stdClass $course, array $people): void {
    global $CFG, $DB;
    require_once($CFG->libdir . '/badgeslib.php');
    $now = time();
    $id = $DB->insert_record('badge', (object)['name' => 'Badge & "étoile" 😀', 'description' => 'Pour qui vient', 'timecreated' => $now, 'timemodified' => $now,
        'usercreated' => $people['prof.martin']->id, 'usermodified' => $people['prof.martin']->id, 'issuername' => 'Université', 'issuerurl' => 'https://example.org',
        'issuercontact' => 'badges@example.org', 'type' => BADGE_TYPE_COURSE, 'courseid' => $course->id, 'messagesubject' => 'Bravo', 'message' => '%badgename%',
        'attachment' => 0, 'notification' => 0, 'status' => BADGE_STATUS_ACTIVE, 'version' => '2', 'language' => 'fr', 'imagecaption' => '']);
    $teacher = $DB->get_field('role', 'id', ['shortname' => 'editingteacher']);
    award_criteria::build(['criteriatype' => BADGE_CRITERIA_TYPE_OVERALL, 'badgeid' => $id])->save(['agg' => BADGE_CRITERIA_AGGREGATION_ALL]);
    award_criteria::build(['criteriatype' => BADGE_CRITERIA_TYPE_MANUAL, 'badgeid' => $id])->save(['agg' => BADGE_CRITERIA_AGGREGATION_ALL, "role_$teacher" => $teacher]);
    (new badge($id))->issue($people['eleve.un']->id, true);
}
