<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** An account of that username, made when it is not there. */
function seed_person(string $username, string $firstname, string $lastname, array $more = []): stdClass {
    global $DB, $CFG;
    $user = $DB->get_record('user', ['username' => $username, 'mnethostid' => $CFG->mnet_localhost_id]);
    return $user ?: seed_generator()->create_user($more + [
        'username' => $username, 'firstname' => $firstname, 'lastname' => $lastname,
        'email' => str_replace('_', '.', $username) . '@example.org', 'password' => 'Person-123',
        'firstaccess' => 1600000000 + crc32($username) % 10000000,
        // The generator makes the rest up at random, differently on each site.
        'firstnamephonetic' => '', 'lastnamephonetic' => '', 'middlename' => '', 'alternatename' => '',
    ]);
}

/** The people of the rich course, by username: a teacher and eight students whose names are hard on XML and on sorting. */
function seed_people(): array {
    $names = [
        'prof.martin' => ['Élise', 'Martin'],
        'eleve.un' => ['Zoë & Co', 'O’Brien "Bé"'],
        'eleve.deux' => ['Ada <b>', '& Lovelace'],
        'eleve.trois' => ['😀 Émoji', 'Œuvre'],
        'eleve.quatre' => ['Ωmega', 'Жданов'],
        'eleve.cinq' => ['李', '小龍'],
        'eleve.six' => ['Suspended', 'Student'],
        'eleve.cohorte' => ['Of the', 'Cohort'],
        'eleve.meta' => ['Of the', 'Metacourse'],
    ];
    $people = [];
    foreach ($names as $username => [$firstname, $lastname]) {
        $people[$username] = seed_person($username, $firstname, $lastname);
    }
    return $people;
}

/** Enrols them by every method that Moodle has at hand; two groups in a grouping. */
function seed_enrol(stdClass $course, array $people): array {
    global $DB, $CFG;
    $generator = seed_generator();
    require_once($CFG->dirroot . '/cohort/lib.php');
    set_config('enrol_plugins_enabled', 'manual,guest,self,cohort,meta');
    foreach (['eleve.un', 'eleve.deux', 'eleve.trois', 'eleve.quatre', 'eleve.cinq'] as $student) {
        $generator->enrol_user($people[$student]->id, $course->id, 'student');
    }
    $generator->enrol_user($people['prof.martin']->id, $course->id, 'editingteacher');
    $generator->enrol_user($people['eleve.six']->id, $course->id, 'student', 'manual', 0, 0, ENROL_USER_SUSPENDED);
    $student = $DB->get_field('role', 'id', ['shortname' => 'student'], MUST_EXIST);
    $cohort = $generator->create_cohort(['name' => 'Cohorte <été> & "hiver"', 'idnumber' => 'COH-' . $course->id]);
    cohort_add_member($cohort->id, $people['eleve.cohorte']->id);
    enrol_get_plugin('cohort')->add_instance($course, ['customint1' => $cohort->id, 'roleid' => $student]);
    $parent = $generator->create_course(['shortname' => 'META-' . $course->id, 'fullname' => 'A course that others take their people from']);
    $generator->enrol_user($people['eleve.meta']->id, $parent->id, 'student');
    enrol_get_plugin('meta')->add_instance($course, ['customint1' => $parent->id]);
    $self = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'self']);
    if ($self) {
        enrol_get_plugin('self')->update_status($self, ENROL_INSTANCE_ENABLED);
    }
    $grouping = $generator->create_grouping(['courseid' => $course->id, 'name' => 'Travaux & pratiques', 'idnumber' => 'GG-TP']);
    $groups = [];
    foreach (['Groupe A <1>' => ['eleve.un', 'eleve.deux'], 'Groupe "B" 😀' => ['eleve.trois', 'eleve.quatre']] as $name => $members) {
        $group = $generator->create_group(['courseid' => $course->id, 'name' => $name, 'idnumber' => 'G' . count($groups)]);
        $generator->create_grouping_group(['groupingid' => $grouping->id, 'groupid' => $group->id]);
        foreach ($members as $member) {
            $generator->create_group_member(['groupid' => $group->id, 'userid' => $people[$member]->id]);
        }
        $groups[] = $group;
    }
    return ['groups' => $groups, 'grouping' => $grouping];
}
