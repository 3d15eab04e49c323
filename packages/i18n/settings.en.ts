/** What each setting means, as `setting.<key>`; and what is said when those of Strasbourg's block are taken over. */
export const settingsEn = {
  'setting.requests.people': 'Whether participants’ data come with a course when nobody says otherwise.',
  'setting.requests.peopleChoice':
    'Who may choose about participants’ data: nobody, whoever holds local/jouvence:chooseuserdata on the target, or everybody. Operators may, unless it is nobody.',
  'setting.requests.enrolments':
    'How people of a course are enrolled when nobody says otherwise: never (all come enrolled by hand), withusers (by their methods, with participants’ data only), always.',
  'setting.requests.enrolmentsChoice': 'Who may choose about enrolments: nobody, by capability, or everybody.',
  'setting.requests.oneInstance':
    'A course is brought to a target once: whoever else taught it enrols in what is there. It may be brought again when that course has been deleted.',
  'setting.requests.largestMegabytes': 'Largest archive that is carried, in MB; 0: any.',
  'setting.requests.openPerPerson': 'How many requests of one person may be under way or waiting; 0: any number.',
  'setting.requests.keepIdnumber': 'Whether the new course gets the idnumber of the old one, where it is free.',
  'setting.requests.keepFileAuthors':
    'Without participants’ data: whether files keep who uploaded them, for instance for a licence.',

  'setting.category.default':
    'Id of the target’s category for courses that go nowhere else; empty: the default category that the site itself names.',
  'setting.category.original': 'Whether a course may go into the category that is the same as the source’s.',
  'setting.category.preferOriginal': 'Whether that is what happens when nobody chooses.',
  'setting.category.table': 'Moodle’s table, without prefix, that holds the shared key of a category on both sites.',
  'setting.category.foreignKey': 'Column of that table that holds the id of the category.',
  'setting.category.field': 'Column of that table that holds the shared key, which must be unique.',

  'setting.rights.courseCreate': 'Whoever asks must be able to create courses in the category (moodle/course:create).',
  'setting.rights.more': 'Further capabilities that whoever asks must hold in the category.',

  'setting.enrol.requester': 'Whether the person for whom a course was brought is enrolled in it.',
  'setting.enrol.role': 'Short name of the role in which people are enrolled.',
  'setting.enrol.colleagues':
    'Whether those who taught the same course on the source may enrol themselves in the one that was brought.',

  'setting.entrance.listed':
    'Whether the page for coming in names this site to whoever opens it; people of a site that is not named come in from their site itself.',

  'setting.queue.backups': 'How many courses are backed up and fetched at the same time from one source.',
  'setting.queue.restores': 'How many courses are delivered to and restored on one target at the same time.',
  'setting.queue.hours':
    'When courses are begun: weekly windows such as “mon-fri 20:00-06:00; sat,sun 00:00-24:00”; empty: always. What has begun is brought to its end.',
  'setting.queue.zone': 'Time zone of these hours, such as Europe/Paris; empty: that of the target.',

  'setting.notices.web': 'People are told by a message on their site.',
  'setting.notices.mail': 'People are told by mail.',
  'setting.notices.language':
    'Language of notices to the addresses named there, and to people whose own is neither English nor French.',
  'setting.notices.sourceAddress': 'Notices give the address of the source beside its name.',
  'setting.notices.warnings': 'Notices to people list what was lost or changed.',
  'setting.notices.administrators':
    'Mail addresses that are told of failures, of work that stands still and of sources that fail.',
  'setting.notices.siteAdministrators':
    'Usernames on the target that are told the same by a message there, each in their language; each may switch it off there.',
  'setting.notices.digestMinutes':
    'After a notice to administrators, what follows within so many minutes comes in one mail; 0: each at once.',
  'setting.notices.stuckMinutes': 'Work that does not get on for so many minutes is reported.',

  'setting.retention.requestDays':
    'Requests that ended longer ago are deleted, with their reports. That their courses are on the target stays known, and not by whom.',
  'setting.retention.auditDays': 'Lines of the audit that are older are deleted.',
  'setting.retention.tokenDays': 'Tokens of the API that open nothing any more since longer are deleted from the list.',
  'setting.retention.noticeDays': 'Notices that are older are deleted.',

  'strasbourg.unknown': '{{name}}: Jouvence knows no such setting; nothing was done.',
  'strasbourg.unusable': '{{name}}: “{{value}}” cannot be used; nothing was done.',
  'strasbourg.profile':
    '{{name}}: what a site is for is decided when it is paired (profile source or target); nothing to do.',
  'strasbourg.repositories': '{{name}}: belongs to a version that was withdrawn; nothing to do.',
  'strasbourg.same-hours':
    '{{name}}: begins and ends at {{time}}, which stopped every run there; nothing was done, so there are no limits.',
  'strasbourg.hours-dead':
    '{{name}}: that block has not looked at its hours since 3.0; nothing was done, courses go at any time. If they should not: set queue.hours.',
  'strasbourg.enrolments':
    '{{name}}: who asks there and chooses nothing gets the ways to enrol of the course in any case ({{theirs}}), also without participants’ data; here it is “{{ours}}”. For the same: jouvence settings set requests.enrolments {{theirs}} --target {{site}}.',
  'strasbourg.decided-by': '{{name}}: {{other}} says the same the other way round, and decides; nothing was done.',
  'strasbourg.role-unknown':
    '{{name}}: nobody can be enrolled as “{{value}}” on {{site}}; nothing was done. Set enrol.role to one of: {{roles}}.',
  'strasbourg.roles-empty': '{{name}}: names no role; pairs keep theirs.',
  'strasbourg.roles-unknown':
    '{{name}}: nobody can hold “{{roles}}” on {{site}}, which has no such role; left out for the pair from there.',
  'strasbourg.roles-later':
    '{{name}}: there is no pair yet that brings courses to this target: give it the roles then (--role {{roles}}).',
  'strasbourg.role-unasked':
    '{{name}}: the role {{value}} could not be looked up on the target ({{why}}); set enrol.role by its short name.',
  'strasbourg.not-yours': '{{name}}: {{site}} is not one of your sites, so who may take its courses was left as it is.',
  'strasbourg.pair':
    '{{name}}: {{url}} brings no courses to this target yet: pair it (sites add, pairs add). Its token is for the block and was not taken over.',
  'strasbourg.locked': '{{name}}: {{key}} is fixed by the {{origin}}; nothing was done.',
} as const;
