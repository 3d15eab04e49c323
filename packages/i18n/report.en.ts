/** Of what is lost or changed on the way: why, and what to do (`report-words.ts`). */
export const reportEn = {
  'report.what.activity': '{{module}} “{{title}}”',
  'report.what.counted': '{{part}} of {{all}} {{thing}}',
  'report.what.some': '{{number}} {{thing}}',
  'report.what.proof': 'people: {{people}}, ids: {{ids}}, names: {{names}}',
  'report.what.method_one': '{{method}}: {{count}} person',
  'report.what.method_other': '{{method}}: {{count}} people',
  'report.what.choice': '{{choice}}: {{value}}',
  'report.what.block': 'Strasbourg’s block {{version}}',
  'report.thing.sections': 'sections',
  'report.thing.files': 'files',
  'report.thing.people': 'people',
  'report.thing.questions': 'questions',
  'report.choice.people': 'participants’ data',
  'report.choice.enrolments': 'enrolments',
  'report.choice.keepIdnumber': 'keep the idnumber',
  'report.choice.keepFileAuthors': 'keep who added files',
  'report.choice.true': 'yes',
  'report.choice.false': 'no',
  'report.choice.never': 'never',
  'report.choice.withusers': 'only with their people',
  'report.choice.always': 'always',
  'report.outline-none.what': 'outline',
  'report.nothing-left.what': 'all activities',
  'report.lti-foreseen.what': 'external tools',
  'report.people-none-left.what': 'participants’ data',
  'report.people-none.what': 'participants’ data',
  'report.people-matched.what': 'participants’ data',
  'report.more-of-the-same.what': 'more of the same kind',

  'report.module-missing.why.named':
    'the module mod_{{module}} is not installed on {{target}}: the activity is left out',
  'report.module-missing.why': 'this activity module is not installed on the target: the activity is left out',
  'report.module-missing.todo.named':
    'ask for mod_{{module}} to be installed on {{target}}, or replace the activity there by one of another kind',
  'report.module-missing.todo':
    'ask for the module to be installed there, or replace the activity by one of another kind',
  'report.module-off.why.named':
    'the module mod_{{module}} is switched off on {{target}}: its activities arrive, and nobody sees them',
  'report.module-off.why':
    'this activity module is switched off on the target: its activities arrive, and nobody sees them',
  'report.module-off.todo': 'ask for the module to be switched on',
  'report.nothing-left.why': 'none of the activities can be restored on the target',
  'report.nothing-left.todo': 'choose another target, or ask for the modules to be installed there',
  'report.format-missing.why':
    'this course format is not installed on the target: the course is shown in the default one, nothing is lost',
  'report.format-missing.todo': 'choose a format in the settings of the course',
  'report.qtype-missing.why': 'this question type is not installed on the target: its questions cannot be answered',
  'report.qtype-missing.todo': 'ask for the question type, or replace those questions',
  'report.block-missing.why': 'this block is not installed on the target: it is left out',
  'report.block-missing.todo': 'ask for the block, or use another one',
  'report.availability-missing.why': 'restrictions of this kind are lost, and what they hid may be open',
  'report.availability-missing.todo': 'look through the restrictions of the course',
  'report.theme-missing.why': 'this theme is not installed on the target: the course is shown in the theme of the site',
  'report.theme-missing.todo': '',
  'report.enrol-missing.why': 'people enrolled by this method are not enrolled by it on the target',
  'report.enrol-missing.todo': '',
  'report.filter-missing.why':
    'this filter is not installed on the target: texts that use it show what they were written as',
  'report.filter-missing.todo': 'look through the texts of the course',
  'report.plugin-missing.why': 'this plugin is not installed on the target: what the course keeps in it is left out',
  'report.plugin-missing.todo': 'ask for it to be installed',
  'report.release-old.why': 'the backup comes from a version of Moodle that is too old to be restored',
  'report.release-old.todo': 'upgrade the old site, or restore a backup of it there by hand',
  'report.release-untried.why': 'the backup comes from a version of Moodle from which restoring has not been tried',
  'report.release-untried.todo': 'look through the course when it has arrived',
  'report.release-new.why': 'a newer branch of Moodle made the backup: the target cannot restore what that has made',
  'report.release-new.todo': 'choose a target that runs that version or a later one, or have the target upgraded',
  'report.release-newer.why':
    'the backup comes from a newer Moodle than the target runs: what is new in it is left out',
  'report.release-newer.todo': 'choose a target that runs that version or a later one',
  'report.people-none.why': 'nobody takes part in the course: there is nothing to carry',
  'report.people-none.todo': '',
  'report.people-matched.why.named':
    'looked up on {{target}} by the rule of the pair: {{people}}; one who cannot be told from somebody else there stops the course',
  'report.people-matched.why':
    'people are looked up on the target by the rule of the pair; one who cannot be told from somebody else there stops the course',
  'report.people-matched.todo': '',
  'report.people-out.why':
    'people and authorship were taken out, and the archive was read through for their rows, ids and names',
  'report.people-out.todo': '',
  'report.people-none-left.why':
    'the source had left people out already; the archive was read through for their rows and for authorship, and has neither',
  'report.people-none-left.todo': '',
  'report.name-in-text.why':
    'a text of the course has the name or e-mail of one of its people; texts are carried as they were written',
  'report.name-in-text.todo': 'read that text in the new course, and take the name out if it should not be there',
  'report.people-made.why.named':
    'nobody on {{target}} is one of them: an account is made for each, without a password',
  'report.people-made.why': 'nobody on the target is one of them: an account is made for each, without a password',
  'report.people-made.todo': 'they sign in by the method of their account, or have a new password sent',
  'report.admin-renamed.why':
    'on the target this name is a site administrator’s with another e-mail: the person of the source gets another name there',
  'report.admin-renamed.todo':
    'nothing, unless both are the same person: then give both accounts the same e-mail before the next course',
  'report.person-ambiguous.why': 'several accounts of the target could be this person’s',
  'report.person-ambiguous.todo':
    'have the accounts corrected there, match by another field, or ask for the course without participants’ data',
  'report.person-method.why':
    'the account on one side signs in by a method whose accounts are not matched: anybody could have chosen the name',
  'report.person-method.todo':
    'if both are the same person, have the method changed, or allow it for this pair; or ask for the course without participants’ data',
  'report.person-taken.why':
    'the username or the e-mail belongs to somebody else on the target, by the rule of the pair',
  'report.person-taken.todo':
    'if both are the same person, have the accounts corrected or match by another field; or ask for the course without participants’ data',
  'report.person-missing.why': 'this person has no account on the target, and this pair may not create any',
  'report.person-missing.todo':
    'have the account made there, allow the pair to create people, or ask for the course without participants’ data',
  'report.person-twice.why': 'by the rule of the pair, two people of the archive would become one account',
  'report.person-twice.todo':
    'have the accounts corrected on the source, match by another field, or ask for the course without participants’ data',
  'report.release-build.why': 'the source runs a newer build of the same Moodle: courses are restored all the same',
  'report.release-build.todo': '',
  'report.lti-secret.why':
    'the key and the secret of this external tool are encrypted with a key of the source, and do not travel',
  'report.lti-secret.todo': 'enter them again in the settings of the tool',
  'report.lti-site-tool.why':
    'this activity uses a tool that is set up for the whole site of the source: such tools are not in a backup',
  'report.lti-site-tool.todo': 'have the tool set up on the target, then choose it in the settings of the activity',
  'report.lti-registration.why':
    'this tool knows the course’s site by a registration: on the target it gets another client id',
  'report.lti-registration.todo': 'give the supplier of the tool the new client id and addresses',
  'report.lti-foreseen.why': 'keys and secrets of external tools, and tools set up for the whole source, do not travel',
  'report.lti-foreseen.todo': 'have these at hand, or ask the administrator of the target',
  'report.question-authors.why': 'Moodle takes its own service account for the author of these questions',
  'report.question-authors.todo': 'nothing, unless who wrote a question matters',
  'report.scale-site.why':
    'this scale of the whole source becomes the target’s of the same values, or one of the course',
  'report.scale-site.todo': 'nothing',
  'report.outcome-site.why':
    'this outcome of the whole source becomes the target’s of the same short name, or one of the course',
  'report.outcome-site.todo': 'make sure that the target means the same by it',
  'report.people-mnet.why':
    'these people come from another Moodle by MNet: the target takes them for people of its own',
  'report.people-mnet.todo': 'nothing, if they sign in to the target itself',
  'report.name-changed.why.named':
    'it was “{{was}}”, which another course there has already, or which is too long there',
  'report.name-changed.why': 'another course there has this name already: the new one got another',
  'report.name-changed.todo': 'give it the name you like in the settings of the course',
  'report.name-cleaned.why': 'the name had tags in it, and Moodle restores no course with such a name',
  'report.name-cleaned.todo': 'give it the name you like in the settings of the course',
  'report.badge-off.why': 'Moodle restores badges switched off',
  'report.badge-off.todo': 'look at its criteria, and switch it on',
  'report.image-redacted.why': 'the target takes out of pictures what the camera wrote in them, and saves them anew',
  'report.image-redacted.todo': '',
  'report.scale-local.why': 'this scale of the whole source is one of the course here',
  'report.scale-local.todo': '',
  'report.outcome-local.why': 'this outcome of the whole source is one of the course here',
  'report.outcome-local.todo': '',
  'report.not-whole.why': 'Moodle restored this in part only',
  'report.not-whole.todo': 'compare it with the original',
  'report.restore-log.why': 'Moodle wrote this into the log of the restore',
  'report.restore-log.todo': 'look at this place of the course',
  'report.capability-missing.why': 'an override names a capability that the target does not know: it was left out',
  'report.capability-missing.todo': '',
  'report.override-left-out.why':
    'our account on the target may not give this capability to a role: the override was left out',
  'report.override-left-out.todo': 'make the override again in the permissions of the course, if it is still wanted',
  'report.plain-assignment.why': 'a plugin that is not on the target had given it: it is an ordinary one now',
  'report.plain-assignment.todo': '',
  'report.badges-left-out.why': 'Moodle carries badges only together with people: without them they do not come',
  'report.badges-left-out.todo': 'make the badges again, or ask for the course with people',
  'report.competencies-off.why': 'competencies are switched off there: those of the course do not come',
  'report.competencies-off.todo': '',
  'report.files-external.why': 'some files are aliases into a repository of the source: they come only as references',
  'report.files-external.todo': 'put these files into the course itself',
  'report.files-missing.why': 'the contents of some files are missing on the source itself',
  'report.files-missing.todo': 'look into the course for files that cannot be opened',
  'report.module-without-backup.why': 'this module cannot make backups: the activity is left out',
  'report.module-without-backup.todo': 'make the activity again by hand',
  'report.service-account-enrolled.why':
    'Moodle enrolled our account on the target in the course, and it could not be taken out',
  'report.service-account-enrolled.todo': 'take it out of the participants, and run the set-up on the target again',
  'report.condition-lost.why': 'a condition of access names something that was not restored',
  'report.condition-lost.todo': 'look at the access conditions of this activity',
  'report.category-default.why.named':
    'the course went into the default category: not exactly one category there has the key {{key}}',
  'report.category-default.why': 'the course went into the default category',
  'report.category-default.todo': 'move it where it belongs, if that is elsewhere',
  'report.activity-lost.why': 'it is in the archive, and not in the new course; the target did not say why',
  'report.activity-lost.todo': 'look at the course on the source; ask the administrator of the target',
  'report.section-lost.why': 'they are in the archive, and not in the new course; the target did not say why',
  'report.section-lost.todo': 'look at the course on the source; ask the administrator of the target',
  'report.file-lost.why': 'they are in the archive, and not in the new course; the target did not say why',
  'report.file-lost.todo': 'open the files of the new course; ask the administrator of the target',
  'report.people-lost.why': 'they are enrolled in the archive, and not in the new course; the target did not say why',
  'report.people-lost.todo': 'enrol these people by hand; ask the administrator of the target',
  'report.left-behind.why': 'what a step had made on a site could not be removed',
  'report.left-behind.todo': 'nothing for the teacher; an operator may discard the task of that key on the site',
  'report.role-missing.why': 'no role that may be given on the target matches it; nobody gets it',
  'report.role-missing.todo': 'give these people a role of the target by hand',
  'report.enrolment-method-missing.why':
    'this enrolment method is not installed or not on at the target: people enrolled by it do not come',
  'report.enrolment-method-missing.todo': 'enrol these people by a method of the target',
  'report.enrolment-method-bound.why':
    'this enrolment method refers to the site it comes from: people enrolled by it do not come',
  'report.enrolment-method-bound.todo': 'enrol these people by a method of the target',
  'report.target-silent.why':
    'the target does not answer just now: what would become of the course there cannot be said',
  'report.target-silent.why.named':
    '{{target}} does not answer just now: what would become of the course there cannot be said',
  'report.target-silent.todo': 'look again in a while',
  'report.outline-none.why':
    'Strasbourg’s block does not tell what is in a course: what will become of it shows when its archive has come',
  'report.outline-none.todo': '',
  'report.people-not-given.why':
    'the settings would have participants’ data come; this version of Strasbourg’s block gives none',
  'report.people-not-given.todo':
    'if they are needed, have the block updated to 3.0 or later, or local_jouvence installed on the source',
  'report.source-block.why':
    'the source answers through Strasbourg’s block: its backup was one call, without progress and without a way to stop it half-way',
  'report.source-block.todo': '',
  'report.backup-stays.why':
    'the block has no way to remove the backup that was made for this request: it stays on the source',
  'report.backup-stays.todo':
    'have it removed there, if room or privacy asks for it: from the backup area of the course, or the private backups of its administrator',
  'report.archive-content-missing.why': 'the contents of this file are not in the archive',
  'report.archive-content-missing.todo':
    'look for the file in the course on the source, where it is probably missing too',
  'report.left-out-unknown.why': 'it was left out, because it may hold people’s data',
  'report.left-out-unknown.todo': 'ask for the course with participants’ data, if that is needed and allowed',
  'report.idnumber-cleared.why':
    'Moodle carries no idnumber over from a course of another site, nor one that is in use: the new course has none',
  'report.idnumber-cleared.todo': 'enter an idnumber in the settings of the course if other systems need it',
  'report.idnumber-taken.why': 'another course of the target has this idnumber already: the new one has none',
  'report.idnumber-taken.todo': 'enter another one in the settings of the course if other systems need it',
  'report.file-external.why': 'the file is kept outside the site it comes from, and is not in the backup',
  'report.file-external.todo': 'put the file into the course again',
  'report.file-missing.why': 'the file is named in the backup, and its contents are not in it',
  'report.file-missing.todo': 'put the file into the course again',
  'report.more-of-the-same.why': 'there are more of this kind, which are not listed',
  'report.more-of-the-same.todo': '',
} as const;
