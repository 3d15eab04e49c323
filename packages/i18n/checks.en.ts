/** What a connection check finds, as `check.<code>`. */
export const checksEn = {
  'check.severity.info': 'note',
  'check.severity.warning': 'warning',
  'check.severity.error': 'error',
  'check.unreachable.why': 'the site cannot be reached: {{said}}',
  'check.unreachable.todo':
    'see that the address is right, and that this server may open connections to it: curl -I {{url}}',
  'check.silent.why': 'the site did not answer in time',
  'check.silent.todo': 'look at the load of its server, then: jouvence sites check {{site}}',
  'check.bad-answer.why': 'something other than Moodle’s web services answered: {{said}}',
  'check.bad-answer.todo':
    'open {{url}}/webservice/rest/server.php from this server: it must answer with an error in XML and not with a page. Look for a firewall, a sign-in or a maintenance page in front of Moodle',
  'check.busy.why': 'the site, or something before it, says that it has too much to do: {{said}}',
  'check.busy.todo':
    'wait a little, then: jouvence sites check {{site}}. On Moodle’s own maintenance page: php admin/cli/maintenance.php --disable',
  'check.refused.why': 'the site refused: {{said}}',
  'check.refused.todo': 'on the site, {{setup}} --no-code puts its service, role and user in order again',
  'check.maintenance-locked.why': 'the site is in maintenance, and our user may not enter',
  'check.maintenance-locked.todo':
    'give it moodle/site:maintenanceaccess ({{setup}} --no-code), or end the maintenance: {{url}}/admin/settings.php?section=maintenancemode',
  'check.key-missing.why': 'the token kept here cannot be opened: {{said}}',
  'check.key-missing.todo': 'bring the key back, or pair the site again: jouvence sites add {{site}}',
  'check.no-token.why': 'no token of the site is kept here for that',
  'check.no-token.todo':
    'on the site: php local/jouvence/cli/setup.php --profile source, target or fleet; then here: jouvence sites add {{site}}',
  'check.token-refused.why':
    'the site does not accept our token: it has ended, was revoked, or is not valid from our address ({{said}})',
  'check.token-refused.todo':
    'look at it in {{url}}/admin/webservice/tokens.php; or make a new one: {{setup}} there, then jouvence sites add {{site}} here',
  'check.wrong-profile.why': 'the token kept for the profile {{profile}} is one of the profile {{given}}',
  'check.wrong-profile.todo': '{{setup}} on the site, then jouvence sites add {{site}} here',
  'check.functions-missing.why': 'the service of this profile does not offer these functions',
  'check.functions-missing.todo':
    'update the plugin (php admin/cli/upgrade.php), then {{setup}} --no-code; the service is in {{url}}/admin/settings.php?section=externalservices',
  'check.capabilities-missing.why': 'our user {{username}} does not hold these capabilities',
  'check.capabilities-missing.todo':
    '{{setup}} --no-code on the site gives them again; by hand: {{url}}/admin/roles/manage.php',
  'check.people-not-created.why': 'a pair lets accounts be created on this site, and our user may not',
  'check.people-not-created.todo':
    '{{setup}} --no-code on the site; or let none be created: jouvence pairs add SOURCE {{site}} --no-create-people',
  'check.roles-unassignable.why':
    'our user may not give these roles: whoever holds one loses it when a course is restored',
  'check.roles-unassignable.todo': 'allow it in {{url}}/admin/roles/allow.php?mode=assign, or: {{setup}} --no-code',
  'check.enrol-role-unknown.why':
    'people are to be enrolled in this role (enrol.role), and the site has none of that short name that our user may give: no course is carried there',
  'check.enrol-role-unknown.todo':
    'name one of these: {{roles}}. jouvence settings set enrol.role ROLE --target {{site}}',
  'check.roles-unknown.why': 'a pair names these roles, and the site has none of that short name',
  'check.roles-unknown.todo':
    'name others: jouvence pairs add {{site}} TARGET --role ROLE; those of the site: {{url}}/admin/roles/manage.php',
  'check.token-ends.why': 'the token ends soon and has not been renewed; days left: {{days}}',
  'check.token-ends.todo': 'jouvence sites rotate {{site}} --profile {{profile}}',
  'check.token-endless.why': 'the token never ends',
  'check.token-endless.todo':
    'one that ends is safer, and Jouvence renews it: {{setup}} there, then jouvence sites add {{site}} here',
  'check.renewal-failed.why': 'the token could not be renewed ({{said}}); days left: {{days}}',
  'check.renewal-failed.todo':
    'jouvence sites rotate {{site}} --profile {{profile}}; if that fails too, pair the site again: jouvence sites add {{site}}',
  'check.transfer-blocked.why': 'archives do not pass: something other than the agent answered ({{said}})',
  'check.transfer-blocked.todo':
    'let requests to {{url}}/local/jouvence/ pass unchanged: look for a firewall, a proxy or a sign-in in front of Moodle',
  'check.grant-lost.why': 'the header X-Jouvence-Grant does not arrive: no archive could pass',
  'check.grant-lost.todo': 'let that header pass in the proxy or firewall before {{url}}',
  'check.head-blocked.why': 'HEAD does not reach the agent ({{said}}): an upload that breaks off could not go on',
  'check.head-blocked.todo': 'let requests with the method HEAD pass to {{url}}/local/jouvence/',
  'check.parts-refused.why': 'not even parts of {{bytes}} bytes pass: no course could be delivered',
  'check.parts-refused.todo':
    'raise the limit before the site: client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.parts-small.why':
    'parts of {{asked}} bytes are refused on the way, those of {{taken}} pass: delivering takes longer',
  'check.parts-small.todo':
    'raise the limit before the site: client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.certificate-ended.why': 'the certificate of the site has ended; days since: {{days}}',
  'check.certificate-ended.todo': 'renew it on the web server of {{url}}',
  'check.certificate-ends.why': 'the certificate of the site ends soon; days left: {{days}}',
  'check.certificate-ends.todo': 'see that it is renewed on the web server of {{url}}',
  'check.tls-unseen.why': 'the site takes our calls for unprotected: it does not know that TLS ends before it',
  'check.tls-unseen.todo': 'in config.php of the site: $CFG->sslproxy = true;',
  'check.cron-never.why': 'cron has never run on the site: backups and restores would wait for ever',
  'check.cron-never.todo': 'every minute, as the user of the web server: php admin/cli/cron.php',
  'check.cron-stopped.why': 'cron last ran {{minutes}} min ago: backups and restores wait',
  'check.cron-stopped.todo':
    'start it again, every minute, as the user of the web server: php admin/cli/cron.php; see {{url}}/admin/tool/task/scheduledtasks.php',
  'check.cron-late.why': 'cron last ran {{minutes}} min ago: courses wait that long, twice',
  'check.cron-late.todo':
    'let it run every minute: php admin/cli/cron.php; see {{url}}/admin/tool/task/scheduledtasks.php',
  'check.tasks-waiting.why': 'tasks of ours wait for cron: {{tasks}}, the first since {{minutes}} min',
  'check.tasks-waiting.todo':
    'run php admin/cli/cron.php on the site and look at what it prints; see {{url}}/admin/tool/task/scheduledtasks.php',
  'check.clock.why':
    'the clock of the site differs from ours by {{seconds}} s: people who come from there may be refused',
  'check.clock.todo': 'set both by the network: timedatectl set-ntp true',
  'check.protocol.why': 'it speaks version {{min}} to {{max}} of the agent protocol, which is not ours',
  'check.protocol.todo': 'update the older of the two: the plugin on the site, or Jouvence',
  'check.release-old.why': 'this version of Moodle is too old for the profile {{profile}}',
  'check.release-old.todo': 'a source needs Moodle 3.9 or newer, a target 4.1 or newer',
  'check.release-untried.why': 'Jouvence has not been tried with this version of Moodle',
  'check.release-untried.todo': 'try it with one course first, and compare',
  'check.maintenance.why': 'the site is in maintenance: its people cannot enter, courses can still be carried',
  'check.maintenance.todo': '',
  'check.other-site.why': 'this is not the site any more that is known as {{site}}: its site identifier is another one',
  'check.other-site.todo': 'jouvence sites remove {{site}}, then add it anew',
  'check.clone.why':
    'it has the site identifier of {{other}}: one is a copy of the other, and Moodle would take people of one for people of the other',
  'check.clone.todo':
    'on the copy: php admin/cli/cfg.php --name=siteidentifier --set="$(openssl rand -hex 16)" after having removed cache/bootstrap.php and localcache/bootstrap.php in its data directory; then jouvence sites remove and add it anew',
  'check.address-other.why': 'the site calls itself {{wwwroot}}',
  'check.address-other.todo': 'if it has moved, pair it under that address',
  'check.address-open.why': 'our token opens the site from any address; it sees us come from {{address}}',
  'check.address-open.todo': 'limit it when the site is paired next: {{setup}} --ip={{address}}',
  'check.key-changed.why': 'the site signs by another key than when it was paired: nobody can enter from there',
  'check.key-changed.todo': 'if that was meant, pair it again: jouvence sites add {{site}}',
  'check.entrance-other.why': 'the site sends people who enter to {{told}}, and our address is {{ours}}',
  'check.entrance-other.todo': 'pair it again, with a code: jouvence sites add {{site}}',
  'check.block-token.why':
    'the site does not accept our token: it has ended, was revoked, or is not valid from our address ({{said}})',
  'check.block-token.todo':
    'look at it in {{url}}/admin/webservice/tokens.php; or make a new one there for the service {{service}}, then: jouvence sites set-token {{site}} --profile source',
  'check.block-functions.why': 'the service {{service}} does not offer these functions of Strasbourg’s block',
  'check.block-functions.todo': 'have the block updated there (php admin/cli/upgrade.php), or the service repaired',
  'check.block-forbidden.why': 'the token’s account may not do this: it needs {{capability}} ({{said}})',
  'check.block-forbidden.todo':
    'php blocks/my_external_backup_restore_courses/cli/install_server.php there gives its account what it needs; look at its role in {{url}}/admin/roles/manage.php',
  'check.block-downloads.why': 'backups could not be fetched ({{said}})',
  'check.block-downloads.todo':
    'in {{url}}/admin/settings.php?section=externalservices allow “Can download files” for the service; see whether something in front of the site keeps its block’s addresses back',
  'check.block-admin.why': 'the token belongs to a site administrator: whoever has it has the site',
  'check.block-admin.todo':
    'make an account of its own (php blocks/my_external_backup_restore_courses/cli/install_server.php there), then: jouvence sites set-token {{site}} --profile source',
  'check.block-roles.why':
    'in this version of the block its own setting search_roles says who may take a course, not the pair ({{roles}})',
  'check.block-roles.todo':
    'see that both say the same: {{url}}/admin/settings.php?section=blocksettingmy_external_backup_restore_courses',
  'check.block-limits.why':
    'only Strasbourg’s block is there: what is in a course is known when its archive has come, a backup is one long call without progress or a way to stop it, its archive stays on the site, and nobody’s colleagues, other names or rights are known',
  'check.block-limits.todo': 'install local_jouvence there, if that is possible, for all of it',
  'check.block-people.why': 'this version of the block gives no participants’ data',
  'check.block-people.todo': 'ask for courses without, or have the block updated to 3.0 or later',
} as const;
