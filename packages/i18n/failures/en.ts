/**
 * What went wrong with a request, sentence by sentence: what was thrown has the reason and the values, and is put into
 * words for whoever reads. `{{site}}` is the site it is about; `{{quoted}}` are words of another machine, as it said them.
 */
export const failuresEn = {
  'failure.redirects-calls':
    '{{site}}: redirects calls to {{where}}; if the site has moved, pair it again under its new address',
  'failure.redirects-downloads':
    '{{site}}: redirects downloads to {{where}}; if the site has moved, pair it again under its new address',
  'failure.redirects-circle': '{{site}}: redirects in a circle, last to {{where}}',
  'failure.redirects-away': '{{site}}: redirects to another address, {{where}}',
  'failure.connect-late': '{{site}}: {{host}} did not accept a connection within {{ms}} ms',
  'failure.answer-late': '{{site}}: no answer within {{ms}} ms',
  'failure.fell-silent': '{{site}}: fell silent within an answer for more than {{ms}} ms',
  'failure.nothing-listens': '{{site}}: nothing listens at {{host}}',
  'failure.name-unknown': '{{site}}: the name {{host}} is not known',
  'failure.closed-by-us': '{{site}}: we closed the connection',
  'failure.not-http': '{{site}}: answered something that is not HTTP',
  'failure.not-http-because': '{{site}}: answered something that is not HTTP: {{quoted}}',
  'failure.certificate': '{{site}}: its certificate cannot be trusted ({{code}}): {{quoted}}',
  'failure.connection-broke': '{{site}}: the connection broke: {{quoted}}',
  'failure.connection-broke-by': '{{site}}: the connection broke ({{code}}): {{quoted}}',

  'failure.answer-nothing': '{{site}}: the answer to {{function}} is nothing, not JSON',
  'failure.answer-page': '{{site}}: the answer to {{function}} is a page called "{{quoted}}", not JSON',
  'failure.answer-untitled': '{{site}}: the answer to {{function}} is a page without a title, not JSON',
  'failure.answer-text': '{{site}}: the answer to {{function}} is the text "{{quoted}}", not JSON',
  'failure.status-nothing': '{{site}}: {{function}} was answered with status {{status}} and nothing',
  'failure.status-page': '{{site}}: {{function}} was answered with status {{status}} and a page called "{{quoted}}"',
  'failure.status-untitled': '{{site}}: {{function}} was answered with status {{status}} and a page without a title',
  'failure.status-text': '{{site}}: {{function}} was answered with status {{status}} and the text "{{quoted}}"',
  'failure.answer-unlike': '{{site}}: the answer to {{function}} is not what was agreed: {{quoted}}',
  'failure.answer-unlike-at': '{{site}}: the answer to {{function}} is not what was agreed at {{place}}: {{quoted}}',
  'failure.answer-error': '{{site}}: the answer to {{function}} is an error that says nothing',
  'failure.answer-too-long': '{{site}}: the answer to {{function}} is longer than the {{bytes}} bytes that we take',
  'failure.answer-not-utf8': '{{site}}: the answer to {{function}} is not UTF-8',
  'failure.answer-line':
    '{{site}}: the answer to {{function}} is "{{quoted}}" on descriptor 3, and no document of ours',
  'failure.refused': '{{site}}: {{function}} was refused: {{quoted}}',
  'failure.refused-silently': '{{site}}: {{function}} was refused: no reason given',
  'failure.call-late': '{{site}}: {{function}} was not answered within {{ms}} ms',
  'failure.parameter-refused': '{{site}}: {{function}}: {{place}}: {{quoted}}',
  'failure.agent-old':
    '{{site}}: this site does not offer {{function}}: bring its plugin local_jouvence up to date, then run its cli/setup.php again',

  'failure.archive-continues': '{{site}}: the archive continues with another archive than the one that was begun',
  'failure.archive-no-length': '{{site}}: the archive does not say how long it is',
  'failure.archive-range': '{{site}}: the archive was asked for from byte {{from}} and came as "{{quoted}}"',
  'failure.archive-size': '{{site}}: the archive has an impossible size, {{quoted}}',
  'failure.archive-no-checksum': '{{site}}: the archive comes without its SHA-256 (ETag)',
  'failure.archive-longer': '{{site}}: the archive is longer than the {{bytes}} bytes that were announced',
  'failure.archive-broke-off': '{{site}}: the archive broke off after {{bytes}} of {{size}} bytes',
  'failure.archive-slow': '{{site}}: the archive: {{bytes}} bytes in {{seconds}} s are too few to go on',
  'failure.archive-silent': '{{site}}: fell silent within an archive for more than {{ms}} ms',
  'failure.archive-gone':
    '{{site}}: the archive is gone: the block answered nothing. A later backup of the same course replaces one of the same minute',
  'failure.archive-another': '{{site}}: it offers another archive than the one that it made for us',
  'failure.archive-checksum': '{{site}}: {{bytes}} bytes came, and their checksum is {{digest}}',
  'failure.upload-stuck': '{{site}}: the upload does not get beyond byte {{bytes}} of {{size}}',
  'failure.upload-altered': '{{site}}: got other bytes than were meant',
  'failure.upload-status': '{{site}}: the upload: how much arrived was answered with status {{status}}',
  'failure.upload-offset': '{{site}}: the upload: has "{{quoted}}" of {{size}} bytes',
  'failure.parts-refused':
    '{{site}}: something before it refuses bodies of {{bytes}} bytes (413): raise the limit there (nginx: client_max_body_size)',

  'failure.php-killed': '{{site}}: its PHP was ended by {{signal}} before it answered {{function}}',
  'failure.php-ended': '{{site}}: its PHP ended with code {{code}} before it answered {{function}}',
  'failure.php-not-started': '{{site}}: {{quoted}}',
  'failure.php-printed': 'It printed: {{quoted}}',

  'failure.block-failed':
    '{{site}}: its backup of course {{course}} failed, and the block does not tell why: the site’s own logs may (its error log, and the backup logs)',
  'failure.block-old':
    '{{site}}: its backup of course {{course}} failed: the block answered with one that is {{minutes}} min old',
  'failure.block-token':
    '{{site}}: the token does not open Strasbourg’s block there: it has to be one of the service {{service}}',
  'failure.block-function':
    '{{site}}: this site is not one that offers {{function}}: Strasbourg’s block knows nothing of it',
  'failure.block-archives':
    '{{site}}: this site is not one that gives or takes archives by grant: Strasbourg’s block knows nothing of it',
  'failure.block-lookup':
    '{{site}}: this site is not one that looks up a course by its id: its block is older than 3.0',
  'failure.block-people': '{{site}}: this site is not one that gives participants’ data: its block is older than 3.0',
  'failure.block-nobody': '{{site}}: this site is not one that gives a course for nobody: its block is older than 3.0',
  'failure.block-name':
    '{{site}}: a course of {{person}} has a name that Moodle’s web service refuses, such as one with a “<” in it, and the block then lists none of them: have that name corrected there',
  'failure.block-not-theirs':
    '{{site}}: the block does not give course {{course}} to {{person}}: it is not one of those that it would list for them',
  'failure.block-person': '{{site}}: nobody there is called {{person}}',
  'failure.block-one-call':
    'The block makes a backup within one call: its web server has to let one last as long as that takes (fastcgi_read_timeout, ProxyTimeout, request_terminate_timeout)',

  'failure.task-stuck':
    '{{site}}: its {{kind}} has stood at "{{step}}" for {{minutes}} min; look at the site’s own tasks (cron)',
  'failure.task-discarded': '{{site}}: somebody discarded its {{kind}}',
  'failure.task-failed': '{{site}}: its {{kind}} failed: {{quoted}}',
  'failure.task-failed-silently': '{{site}}: its {{kind}} failed: it does not say why',
  'failure.cron-still': '{{site}}: its cron has not run since {{at}}, and our {{kind}} waits for it',
  'failure.cron-never': '{{site}}: its cron has not run ever, and our {{kind}} waits for it',
  'failure.cron-waits': '{{site}}: our {{kind}} waits for its cron, which last ran at {{at}}',
  'failure.cron-tasks': '{{tasks}} tasks of ours wait there',
  'failure.cron-mend': 'Have its cron mended: admin/cli/cron.php has to run every minute',
  'failure.waited-minutes': 'It was waited for during {{minutes}} min',
  'failure.waited-hours': 'It was waited for during {{hours}} h',
  'failure.maintenance': '{{site}} is in maintenance; it goes on by itself as soon as that has ended',
  'failure.check-site': 'See what is wrong with: jouvence sites check {{site}}',
  'failure.paused': '{{site}} is paused by an operator',
  'failure.paused-because': '{{site}} is paused by an operator: {{reason}}',
  'failure.person-several':
    '{{site}}: {{count}} accounts have the {{field}} {{value}}: {{names}}. Which one is meant must be made clear there',
  'failure.person-unknown': 'nobody on {{site}} has the {{field}} {{value}}',
  'failure.key-missing':
    'the {{what}} of {{site}} was sealed with key {{key}}, and there is none here: bring that key back (secret.key in the data directory, or JOUVENCE_SECRET_KEY), or pair the site again',
  'failure.key-other':
    'the {{what}} of {{site}} was sealed with key {{key}}, and the key here is {{present}}: bring that key back (secret.key in the data directory, or JOUVENCE_SECRET_KEY), or pair the site again',
  'failure.key-sites': 'To be paired again without that key: {{names}}',
  'failure.no-token-at-all': 'there is no token of {{site}}: add one first',
  'failure.no-token': 'there is no token of {{site}} for use as a {{profile}}: add one first',
  'failure.site-gone': 'there is no site {{site}}',
  'failure.person-method':
    '{{site}}: {{person}} signs in by “{{auth}}”, and by its {{identity}} such an account is not taken for anybody’s on {{other}}. If it is the same person, allow the method for this pair (jouvence pairs add), or have the account changed',

  'failure.backup-without-archive': '{{site}}: the backup is done and there is no archive',
  'failure.restore-without-course': '{{site}}: the restore is done and there is no course',
  'failure.people-miscounted': '{{site}}: asked for {{asked}} people, told of {{told}}',
  'failure.archive-too-large':
    '{{site}}: the archive: it has {{size}} MB, and no more than {{most}} MB are carried (requests.largestMegabytes)',
  'failure.spool-small':
    'the archive has {{size}} bytes and needs {{room}}, with the one that is made of it for the target; the spool holds {{limit}}: raise spool.gigabytes',
  'failure.spool-waits': 'no room for {{bytes}} bytes in the spool until another course has gone through',
  'failure.disk-small': 'the disk of the spool has no room for {{bytes}} bytes while the archive is rewritten',
  'failure.people-still': '{{site}}: people were to be taken out, and {{entry}} still has {{what}} ({{count}})',
  'failure.wrong-course':
    '{{site}}: asked for course {{course}} ({{name}}), and the archive holds course {{found}} ({{foundName}}) of {{where}}',
  'failure.cannot-restore': '{{site}}: cannot restore it',
  'failure.more': 'And {{count}} more',
  'failure.problem-content-altered':
    '{{site}}: {{entry}}: the contents are not those that were put in: expected {{expected}}, found {{found}}',
  'failure.problem-size-differs': '{{site}}: {{entry}}: it has another size: expected {{expected}}, found {{found}}',
  'failure.problem-missing-from-archive':
    '{{site}}: {{entry}}: it is not in the archive: expected {{expected}}, found {{found}}',
  'failure.problem-document-malformed':
    '{{site}}: {{entry}}: it cannot be read: expected {{expected}}, found {{found}}',
  'failure.problem-document-missing':
    '{{site}}: {{entry}}: the document is missing: expected {{expected}}, found {{found}}',

  'failure.mbz-unreadable': 'the archive cannot be read here: {{quoted}}',
  'failure.mbz-not-an-archive': 'what came is no archive: {{quoted}}. Perhaps an error or login page came instead',
  'failure.mbz-truncated': 'the archive ends before its end ({{entry}}). Have it made anew',
  'failure.mbz-trailing-data': 'something follows the end of {{entry}}; Moodle writes nothing there',
  'failure.mbz-corrupt': 'the archive is damaged at {{entry}}: {{quoted}}. Have the backup made anew',
  'failure.mbz-inconsistent': 'two places of the archive contradict each other at {{entry}}: {{quoted}}',
  'failure.mbz-encrypted': 'the archive is encrypted at {{entry}}; Moodle encrypts nothing',
  'failure.mbz-unsupported': 'the archive is written as Moodle never writes one, at {{entry}}: {{quoted}}',
  'failure.mbz-unsafe-path':
    'the archive has a name that leads out of it, {{entry}}: something else than Moodle has made or altered it',
  'failure.mbz-link': 'the archive holds a link, {{entry}}, where Moodle writes files only',
  'failure.mbz-special-file': 'the archive holds a device or a pipe, {{entry}}, where Moodle writes files only',
  'failure.mbz-duplicate-entry': 'the archive holds {{entry}} twice: two readers could see two different backups',
  'failure.mbz-name-not-utf8': 'a name in the archive is not UTF-8: {{entry}}',
  'failure.mbz-too-many-entries': 'the archive holds more files than are read: {{quoted}}',
  'failure.mbz-too-large': 'the archive would take more room, unpacked, than is given: {{quoted}}',
  'failure.mbz-bomb': '{{entry}} in the archive is compressed further than any real file: it is not unpacked',
  'failure.mbz-name-too-long': 'a name in the archive is too long: {{entry}}',
  'failure.mbz-xml-malformed': '{{entry}} in the archive is not well formed: {{quoted}}',
  'failure.mbz-xml-not-utf8': '{{entry}} in the archive is not written in UTF-8, as Moodle does',
  'failure.mbz-xml-doctype':
    '{{entry}} in the archive declares what Moodle never declares (a document type, an entity): it is not read',
  'failure.mbz-xml-too-deep': '{{entry}} in the archive is nested deeper than is read',
  'failure.mbz-xml-too-long': '{{entry}} in the archive has a text or a name that is longer than is read',
  'failure.mbz-not-a-course': 'the archive is no backup of a course by Moodle: {{quoted}}. Back up the whole course',
  'failure.mbz-directory-not-empty': 'a folder that should be empty is not: {{quoted}}',
  'failure.mbz-cannot-write': 'what is made of the archive cannot be written here: {{quoted}}',
  'failure.mbz-stale-entry': 'the archive was read in the wrong order: {{quoted}}',
  'failure.mbz-plan-impossible':
    'the archive cannot be rewritten as it should be: {{quoted}}. Have the accounts or the name corrected',

  'failureThing.the archive': 'the archive',
  'failureThing.the upload': 'the upload',
  'failureThing.a call': 'a call',
  'failureThing.backup': 'backup',
  'failureThing.restore': 'restore',
  'failureThing.upload': 'upload',
} as const;
