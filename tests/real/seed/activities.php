<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** What each module of the rich course is made with; a module that this Moodle does not have is left out. */
function seed_activity_records(stdClass $course, array $team): array {
    $text = '<p>Écrit avec <b>soin</b> &amp; "guillemets" 😀.</p>';
    $page = json_encode(['op' => '&', 'showc' => [false], 'c' => [['type' => 'group', 'id' => (int)$team['groups'][0]->id]]]);
    return [
        'assign' => ['name' => 'Devoir <1> & "rendu" é😀', 'assignsubmission_file_enabled' => 1, 'assignsubmission_file_maxfiles' => 3,
            'assignsubmission_file_maxsizebytes' => 1048576, 'assignsubmission_onlinetext_enabled' => 1,
            'assignfeedback_comments_enabled' => 1, 'assignfeedback_file_enabled' => 1,
            'introattachments' => seed_draft(['énoncé.txt' => 'Rendez trois pages.'])],
        'book' => ['name' => 'Livre'],
        'chat' => ['name' => 'Clavardage'],
        'choice' => ['name' => 'Sondage', 'option' => ['Oui', 'Non & non', 'Peut-être'], 'allowupdate' => 1],
        'data' => ['name' => 'Base de données', 'approval' => 0],
        'feedback' => ['name' => 'Enquête', 'anonymous' => 2, 'multiple_submit' => 1],
        'folder' => ['name' => 'Dossier', 'files' => seed_draft(['a/b/c.txt' => 'deep', 'éà.txt' => 'accents', 'z 😀.txt' => 'smile'])],
        'forum' => ['name' => 'Forum & débats', 'type' => 'general', 'groupmode' => SEPARATEGROUPS, 'groupingid' => $team['grouping']->id,
            'assessed' => 1, 'scale' => 100],
        'glossary' => ['name' => 'Glossaire', 'assessed' => 1, 'scale' => 10],
        'h5pactivity' => ['name' => 'H5P'],
        'imscp' => ['name' => 'Paquet IMS'],
        'label' => ['intro' => '<h3>Étiquette</h3>' . $text],
        'lesson' => ['name' => 'Leçon'],
        'lti' => ['name' => 'Outil externe, clé de l’activité', 'toolurl' => 'https://tool.example.org/launch', 'resourcekey' => 'clef', 'password' => 'top-secret'],
        'page' => ['name' => 'Page réservée', 'content' => $text, 'availability' => $page],
        'quiz' => ['name' => 'Test', 'attempts' => 0, 'grade' => 20],
        'resource' => ['name' => 'Fichier', 'files' => seed_draft(['cours été.bin' => seed_bytes(1, 300000)])],
        'scorm' => ['name' => 'SCORM'],
        'subsection' => ['name' => 'Sous-section'],
        'survey' => ['name' => 'Questionnaire'],
        'url' => ['name' => 'Lien', 'externalurl' => 'https://example.org/?a=1&b=<2>'],
        'wiki' => ['name' => 'Wiki', 'firstpagetitle' => 'Accueil'],
        'workshop' => ['name' => 'Atelier'],
        'bigbluebuttonbn' => ['name' => 'Classe virtuelle'],
    ];
}

/** Makes one activity of each kind, spread over the sections. Returns the instances by module. */
function seed_activities(stdClass $course, array $team): array {
    global $DB;
    $generator = seed_generator();
    $made = [];
    $section = 0;
    foreach (seed_activity_records($course, $team) as $module => $record) {
        if (!$DB->record_exists('modules', ['name' => $module])) {
            continue;
        }
        if (!$DB->get_field('modules', 'visible', ['name' => $module])) {
            \core\plugininfo\mod::enable_plugin($module, 1);
        }
        $made[$module] = $generator->create_module($module, $record + [
            'course' => $course->id, 'section' => $section++ % 4, 'idnumber' => "IDN-$module",
            'intro' => '<p>À propos &amp; au-delà 😀</p>', 'introformat' => FORMAT_HTML,
            'completion' => COMPLETION_TRACKING_MANUAL,
        ]);
    }
    seed_contents($made);
    return $made;
}

/** What a teacher puts into the activities that have an inside. */
function seed_contents(array $made): void {
    global $DB;
    $generator = seed_generator();
    $of = fn (string $module) => $generator->get_plugin_generator("mod_$module");
    foreach (['Chapitre un', 'Chapitre <deux> & "trois" 😀'] as $number => $title) {
        $of('book')->create_chapter(['bookid' => $made['book']->id, 'title' => $title, 'content' => "<p>Texte $number</p>", 'pagenum' => $number + 1]);
    }
    $database = $DB->get_record('data', ['id' => $made['data']->id], '*', MUST_EXIST);
    $database->cmid = $made['data']->cmid;
    foreach (['text' => 'Nom', 'number' => 'Âge', 'textarea' => 'Récit'] as $type => $name) {
        $of('data')->create_field((object)['name' => $name, 'type' => $type], $database);
    }
    // Moodle's generator of answers looks a question up by its name alone, on the whole site.
    $feedback = $DB->get_record('feedback', ['id' => $made['feedback']->id], '*', MUST_EXIST);
    $of('feedback')->create_item_textfield($feedback, ['name' => "Votre avis sur $feedback->id ?", 'label' => 'avis']);
    $of('feedback')->create_item_numeric($feedback, ['name' => "Note de $feedback->id sur 10 ?", 'label' => 'note', 'rangefrom' => 0, 'rangeto' => 10]);
    $lesson = $made['lesson'];
    $of('lesson')->create_content($lesson, ['title' => 'Introduction']);
    $of('lesson')->create_question_truefalse($lesson, ['title' => 'Vrai ou faux ?']);
    $of('wiki')->create_first_page($made['wiki'], ['content' => '<p>Page d’accueil &amp; [[Suite]]</p>']);
    $of('wiki')->create_page($made['wiki'], ['title' => 'Suite', 'content' => '<p>La suite 😀</p>']);
}

/** A tool of the whole site and an activity that uses it: Moodle carries neither its key nor, between sites, the tool. */
function seed_site_tool(stdClass $course): void {
    global $DB, $CFG;
    require_once($CFG->dirroot . '/mod/lti/locallib.php');
    $type = (object)['name' => 'Outil du site', 'baseurl' => 'https://site-tool.example.org/launch', 'course' => SITEID,
        'state' => LTI_TOOL_STATE_CONFIGURED, 'coursevisible' => LTI_COURSEVISIBLE_ACTIVITYCHOOSER];
    $config = (object)['lti_resourcekey' => 'site-key', 'lti_password' => 'site-secret', 'lti_coursevisible' => LTI_COURSEVISIBLE_ACTIVITYCHOOSER];
    $id = $DB->get_field('lti_types', 'id', ['tooldomain' => 'site-tool.example.org']) ?: lti_add_type($type, $config);
    seed_generator()->create_module('lti', ['course' => $course->id, 'name' => 'Outil du site & "clé"', 'typeid' => $id, 'section' => 1]);
}
