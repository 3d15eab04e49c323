<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** What people did: posts, submissions with files, grades, attempts, answers, completion. */
function seed_work(stdClass $course, array $people, array $team, array $made): void {
    seed_talk($people, $team, $made);
    seed_submissions($people, $made['assign']);
    foreach (['eleve.un', 'eleve.deux', 'eleve.trois'] as $seed => $student) {
        seed_attempt($made['quiz']->id, $people[$student], $seed);
    }
    seed_answers($course, $people, $made);
    $completion = new completion_info($course);
    foreach (['page', 'label', 'url'] as $module) {
        $cm = get_fast_modinfo($course)->get_cm($made[$module]->cmid);
        $completion->update_state($cm, COMPLETION_COMPLETE, $people['eleve.un']->id);
    }
}

function seed_talk(array $people, array $team, array $made): void {
    global $DB;
    $forum = seed_generator()->get_plugin_generator('mod_forum');
    $discussion = $forum->create_discussion(['course' => $made['forum']->course, 'forum' => $made['forum']->id, 'userid' => $people['eleve.un']->id,
        'groupid' => $team['groups'][0]->id, 'name' => 'Question <urgente> & "brève" 😀', 'message' => '<p>Bonjour !</p>']);
    $post = $forum->create_post(['discussion' => $discussion->id, 'parent' => $discussion->firstpost, 'userid' => $people['eleve.deux']->id,
        'subject' => 'Re : Question', 'message' => '<p>Réponse avec pièce jointe, de Zoë &amp; Co O’Brien "Bé"</p>', 'attachment' => 1]);
    get_file_storage()->create_file_from_string(['contextid' => context_module::instance($made['forum']->cmid)->id, 'component' => 'mod_forum',
        'filearea' => 'attachment', 'itemid' => $post->id, 'filepath' => '/', 'filename' => 'pièce jointe.txt',
        'userid' => $people['eleve.deux']->id, 'author' => fullname($people['eleve.deux'])], 'joint');
    $glossary = seed_generator()->get_plugin_generator('mod_glossary');
    foreach (['eleve.un' => 'Août', 'eleve.trois' => 'Zut & "flûte"'] as $student => $concept) {
        $glossary->create_content($DB->get_record('glossary', ['id' => $made['glossary']->id]), ['concept' => $concept,
            'definition' => '<p>Un mois.</p>', 'userid' => $people[$student]->id, 'approved' => 1], ['alias-' . $student]);
    }
    seed_as($people['eleve.trois'], fn () => seed_generator()->get_plugin_generator('mod_wiki')->create_page($made['wiki'],
        ['title' => 'Page d’élève', 'content' => '<p>Écrit par un élève</p>']));
}

function seed_submissions(array $people, stdClass $instance): void {
    global $CFG;
    require_once($CFG->dirroot . '/mod/assign/locallib.php');
    [$course, $cm] = get_course_and_cm_from_cmid($instance->cmid, 'assign');
    foreach (['eleve.un', 'eleve.deux', 'eleve.cinq'] as $number => $student) {
        seed_as($people[$student], function () use ($course, $cm, $number) {
            $assign = new assign(context_module::instance($cm->id), $cm, $course);
            $notices = [];
            $assign->save_submission((object)['userid' => $GLOBALS['USER']->id,
                'files_filemanager' => seed_draft(["copie n° $number.txt" => str_repeat("Copie $number.\n", 100)]),
                'onlinetext_editor' => ['text' => "<p>Mon texte $number &amp; 😀</p>", 'format' => FORMAT_HTML, 'itemid' => file_get_unused_draft_itemid()],
            ], $notices);
        });
    }
    seed_as($people['prof.martin'], function () use ($course, $cm, $people) {
        $assign = new assign(context_module::instance($cm->id), $cm, $course);
        foreach (['eleve.un' => 75.5, 'eleve.deux' => 42] as $student => $grade) {
            $assign->save_grade($people[$student]->id, (object)['grade' => $grade, 'attemptnumber' => 0, 'addattempt' => false, 'workflowstate' => '',
                'applytoall' => false, 'assignfeedbackcomments_editor' => ['text' => "<p>Bien, mais… &amp; $grade</p>", 'format' => FORMAT_HTML]]);
        }
    });
}

function seed_answers(stdClass $course, array $people, array $made): void {
    global $DB, $CFG;
    require_once($CFG->dirroot . '/mod/choice/lib.php');
    $choice = choice_get_choice($made['choice']->id);
    $cm = get_coursemodule_from_instance('choice', $made['choice']->id);
    $options = array_keys($choice->option);
    foreach (['eleve.un', 'eleve.deux', 'eleve.quatre'] as $at => $student) {
        choice_user_submit_response($options[$at % count($options)], $choice, $people[$student]->id, $course, $cm);
    }
    $database = $DB->get_record('data', ['id' => $made['data']->id], '*', MUST_EXIST);
    $database->cmidnumber = 'IDN-data';
    $fields = $DB->get_records_menu('data_fields', ['dataid' => $database->id], 'id', 'id, type');
    $contents = [];
    foreach ($fields as $id => $type) {
        $contents[$id] = $type === 'number' ? '17' : 'Contenu & "récit" 😀';
    }
    seed_generator()->get_plugin_generator('mod_data')->create_entry($database, $contents, 0, ['mot-clé'], null, $people['eleve.cinq']->id);
    $feedback = seed_generator()->get_plugin_generator('mod_feedback');
    seed_as($people['eleve.quatre'], fn () => $feedback->create_response(['userid' => $people['eleve.quatre']->id,
        'cmid' => $made['feedback']->cmid, "Votre avis sur {$made['feedback']->id} ?" => 'Très bien & merci',
        "Note de {$made['feedback']->id} sur 10 ?" => '9']));
    $workshop = seed_generator()->get_plugin_generator('mod_workshop');
    $submission = $workshop->create_submission($made['workshop']->id, $people['eleve.un']->id, ['title' => 'Mon travail & moi']);
    $workshop->create_assessment($submission, $people['eleve.deux']->id, ['grade' => 80]);
    // From 5.0 there is none.
    $survey = isset($made['survey']) ? $DB->get_record('survey', ['id' => $made['survey']->id]) : (object)['questions' => ''];
    foreach (array_filter(explode(',', $survey->questions)) as $question) {
        $DB->insert_record('survey_answers', ['survey' => $survey->id, 'userid' => $people['eleve.deux']->id, 'question' => $question,
            'time' => time(), 'answer1' => '3', 'answer2' => '2']);
    }
}
