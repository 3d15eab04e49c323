/** What the rules for carrying courses say: why something may not be, where a course goes, what comes with it. */
export const rulesEn = {
  'refusal.pair-missing': 'Courses of {{source}} do not go to {{target}}.',
  'refusal.person-missing': 'Nobody is called {{person}} on {{target}}.',
  'refusal.person-suspended': 'The account {{person}} is suspended on {{target}}.',
  'refusal.person-ambiguous': 'Several accounts are called {{person}} on {{target}}.',
  'refusal.nobody': 'Only operators have courses carried for nobody.',
  'refusal.nobody-needs-both':
    'You look after {{target}}, and not after {{source}}: its courses are carried for nobody only by who looks after both. Say for whom.',
  'refusal.others': 'You are {{sender}}, and may not ask in the name of {{person}} ({{capability}}).',
  'refusal.course-not-yours': '{{person}} holds none of these roles in course {{course}} of {{source}}: {{roles}}.',
  'refusal.course-unknown-person': '{{person}} is not known on {{source}}.',
  'refusal.course-missing': 'There is no course {{course}} on {{source}}.',
  'refusal.category-missing': 'The category {{id}} of {{target}} is not there, or not any more.',
  'refusal.category-default-missing':
    'The default category for courses that go nowhere else is not there on {{target}}: an operator sets it (category.default).',
  'refusal.category-original-off': 'On {{target}} courses are not put into their original category.',
  'refusal.rights-lacking': 'In the category {{category}} of {{target}}, {{person}} does not hold: {{capabilities}}.',
  'refusal.people-choice': 'Whether participants’ data come is not yours to choose on {{target}}.',
  'refusal.enrolments-choice': 'How people are enrolled is not yours to choose on {{target}}: it is “{{value}}”.',
  'refusal.keepIdnumber-choice': 'Whether the idnumber is kept is for operators to choose.',
  'refusal.keepFileAuthors-choice': 'Whether the authors of files are kept is for operators to choose.',
  'refusal.right-withdrawn':
    '{{person}} does not hold the capability any more by which this was asked for ({{capability}}).',
  'refusal.carried-already': '“{{course}}” was carried to {{target}} already, for {{by}}, on {{at}}: {{url}}',
  'refusal.on-its-way': '“{{course}}” is on its way to {{target}} already: {{by}} asked for it on {{at}}.',
  'refusal.twice': 'The course {{source}}:{{course}} is asked for twice at once.',
  'refusal.people-not-given':
    '{{source}} gives no participants’ data: its version of Strasbourg’s block is too old for it. Ask for the course without.',
  'refusal.too-large': 'It has {{size}} MB, and no more than {{most}} MB are carried.',
  'refusal.too-many-open':
    '{{person}} has {{open}} requests that have not ended, and may have {{most}}: wait for some, or cancel them.',
  'refusal.setting-changed':
    '{{key}} has been changed meanwhile by {{by}}: it is {{value}} now. Look at it, then decide again.',
  'refusal.pair-changed':
    'The pair {{source}} → {{target}} has been changed meanwhile by {{by}}: it is {{rules}} now. Look at it, then decide again.',
  'refusal.pair-removed': 'The pair {{source}} → {{target}} has been removed meanwhile: decide again.',
  'refusal.colleagues-off': 'Colleagues do not enrol themselves on {{target}}.',
  'refusal.enrol-role-missing':
    'The settings have people enrolled on {{target}} in the role “{{role}}”, and there is none that can be given there. Those who run this service choose another one.',
  'refusal.course-not-there': 'The course of the request {{request}} is not there on {{target}}, or not any more.',

  'refusal.enrol-whom': 'Say who is to be enrolled, by username on the target.',
  'refusal.enrol-others': 'You are {{person}}: others enrol themselves.',

  'category.why.no-key': 'the default one: its category on the source has no {{key}}',
  'category.why.no-match': 'the default one: no category there has the same key ({{key}})',
  'category.why.several': 'the default one: several categories there have the same key ({{key}})',
  'category.why.original-off': 'the default one: the settings let no course into its original one',
  'category.why.key-refused':
    'the default one: a site does not give the key by which categories are the same ({{key}})',
  'category.is.original': 'the same as on the source',
  'category.is.default': 'the default one',
  'category.is.id': 'the one that was named',

  'report.site-paused-waits.why.named': 'those who run this service have paused it: {{because}}',
  'report.site-paused-waits.why': 'those who run this service have paused it',
  'report.site-paused-waits.todo': 'nothing is to be done: the course waits, and goes by itself when the site goes on',
  'report.people-would-stop.why.named':
    '{{count}} of the {{of}} people who have a role in the course cannot be told to have an account on {{target}}, where courses from {{source}} make none: with them the whole course is refused',
  'report.people-would-stop.why':
    'these people cannot be told to have an account on the target, where this pair makes none: with them the whole course is refused',
  'report.people-would-stop.todo':
    'ask for the course without participants’ data, have the accounts made first, or have those who run this service allow the pair to make them',
  'report.people-all-known.why.named':
    'all {{of}} people who have a role in the course have an account on {{target}}; courses from {{source}} make none there: should the archive hold somebody else without one, it is refused',
  'report.people-all-known.why':
    'all people who have a role in the course have an account on the target, where this pair makes none: should the archive hold somebody else without one, it is refused',
  'report.people-all-known.todo': '',
  'report.people-must-be-known.why.named':
    'courses from {{source}} make no accounts on {{target}}: when one of the people of the course has none there, the whole course is refused; who that would be could not be asked',
  'report.people-must-be-known.why':
    'this pair makes no accounts on the target: when one of the people of the course has none there, the whole course is refused; who that would be could not be asked',
  'report.people-must-be-known.todo':
    'ask for the course without participants’ data, have the accounts made first, or have those who run this service allow the pair to make them',
  'report.people-not-chosen.why':
    'participants’ data were asked for; the settings have changed since, and they do not come',
  'report.people-not-chosen.todo': 'ask an operator if the course is needed with them',
  'report.enrolments-not-chosen.why':
    'another way of enrolling was asked for; the settings have changed since, and do not allow it any more',
  'report.enrolments-not-chosen.todo': 'ask an operator if it is needed as it was asked for',
  'report.idnumber-not-chosen.why':
    'the idnumber was to be kept; the settings have changed since, and do not allow it any more',
  'report.idnumber-not-chosen.todo': 'enter it in the settings of the course if other systems need it',
  'report.authors-not-chosen.why':
    'the authors of files were to be kept; the settings have changed since, and do not allow it any more',
  'report.authors-not-chosen.todo': 'ask an operator if they are needed',
  'report.requester-not-enrolled.why': 'by the settings, whoever asks for a course is not enrolled in it',
  'report.requester-not-enrolled.todo': 'have yourself enrolled there, if you do not come in by another way',
  'report.enrolments-never-people.why':
    'nobody keeps the way they were enrolled: everybody in the archive is enrolled by hand',
  'report.enrolments-never-people.todo': '',
  'report.enrolments-never-nobody.why':
    'without participants’ data nobody is in the archive: nobody comes, and no way to enrol',
  'report.enrolments-never-nobody.todo': '',
  'report.enrolments-withusers-people.why':
    'ways to enrol come with their people; cohort and meta ways of another site do not',
  'report.enrolments-withusers-people.todo': '',
  'report.enrolments-withusers-nobody.why': 'without participants’ data nobody comes, and no way to enrol',
  'report.enrolments-withusers-nobody.todo': '',
  'report.enrolments-always-people.why':
    'ways to enrol come with their people; cohort and meta ways of another site do not',
  'report.enrolments-always-people.todo': '',
  'report.enrolments-always-nobody.why':
    'ways to enrol come, such as self-enrolment with its key, and nobody is enrolled by them',
  'report.enrolments-always-nobody.todo': '',
} as const;
