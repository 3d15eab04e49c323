import type { checksEn } from './checks.en.ts';

export const checksFr: Record<keyof typeof checksEn, string> = {
  'check.severity.info': 'note',
  'check.severity.warning': 'attention',
  'check.severity.error': 'erreur',
  'check.unreachable.why': 'le site est injoignable : {{said}}',
  'check.unreachable.todo':
    'vérifier l’adresse, et que ce serveur peut ouvrir des connexions vers elle : curl -I {{url}}',
  'check.silent.why': 'le site n’a pas répondu à temps',
  'check.silent.todo': 'regarder la charge de son serveur, puis : jouvence sites check {{site}}',
  'check.bad-answer.why': 'autre chose que les services web de Moodle a répondu : {{said}}',
  'check.bad-answer.todo':
    'ouvrir {{url}}/webservice/rest/server.php depuis ce serveur : la réponse doit être une erreur en XML, pas une page. Chercher un pare-feu, une page de connexion ou de maintenance devant Moodle',
  'check.busy.why': 'le site, ou ce qui est devant lui, se dit surchargé : {{said}}',
  'check.busy.todo':
    'attendre un peu, puis : jouvence sites check {{site}}. Sur la page de maintenance de Moodle : php admin/cli/maintenance.php --disable',
  'check.refused.why': 'le site a refusé : {{said}}',
  'check.refused.todo': 'sur le site, {{setup}} --no-code remet en ordre son service, son rôle et son utilisateur',
  'check.maintenance-locked.why': 'le site est en maintenance, et notre utilisateur ne peut pas entrer',
  'check.maintenance-locked.todo':
    'lui donner moodle/site:maintenanceaccess ({{setup}} --no-code), ou terminer la maintenance : {{url}}/admin/settings.php?section=maintenancemode',
  'check.key-missing.why': 'le jeton conservé ici ne peut pas être ouvert : {{said}}',
  'check.key-missing.todo': 'remettre la clé en place, ou associer le site à nouveau : jouvence sites add {{site}}',
  'check.no-token.why': 'aucun jeton du site n’est conservé ici pour cela',
  'check.no-token.todo':
    'sur le site : php local/jouvence/cli/setup.php --profile source, target ou fleet ; puis ici : jouvence sites add {{site}}',
  'check.token-refused.why':
    'le site n’accepte pas notre jeton : il a expiré, a été révoqué, ou ne vaut pas depuis notre adresse ({{said}})',
  'check.token-refused.todo':
    'le regarder dans {{url}}/admin/webservice/tokens.php ; ou en faire un nouveau : {{setup}} là-bas, puis jouvence sites add {{site}} ici',
  'check.wrong-profile.why': 'le jeton conservé pour le profil {{profile}} est un jeton du profil {{given}}',
  'check.wrong-profile.todo': '{{setup}} sur le site, puis jouvence sites add {{site}} ici',
  'check.functions-missing.why': 'le service de ce profil n’offre pas ces fonctions',
  'check.functions-missing.todo':
    'mettre le plugin à jour (php admin/cli/upgrade.php), puis {{setup}} --no-code ; le service est dans {{url}}/admin/settings.php?section=externalservices',
  'check.capabilities-missing.why': 'notre utilisateur {{username}} n’a pas ces capacités',
  'check.capabilities-missing.todo':
    '{{setup}} --no-code sur le site les redonne ; à la main : {{url}}/admin/roles/manage.php',
  'check.people-not-created.why':
    'une association permet de créer des comptes sur ce site, et notre utilisateur n’en a pas le droit',
  'check.people-not-created.todo':
    '{{setup}} --no-code sur le site ; ou n’en laisser créer aucun : jouvence pairs add SOURCE {{site}} --no-create-people',
  'check.roles-unassignable.why':
    'notre utilisateur ne peut pas donner ces rôles : qui en a un le perd quand un cours est restauré',
  'check.roles-unassignable.todo':
    'l’autoriser dans {{url}}/admin/roles/allow.php?mode=assign, ou : {{setup}} --no-code',
  'check.enrol-role-unknown.why':
    'les personnes doivent être inscrites avec ce rôle (enrol.role), et le site n’en a aucun de ce nom abrégé que notre utilisateur puisse donner : aucun cours n’y est transporté',
  'check.enrol-role-unknown.todo':
    'en nommer un parmi : {{roles}}. jouvence settings set enrol.role RÔLE --target {{site}}',
  'check.roles-unknown.why': 'une association nomme ces rôles, et le site n’en a aucun de ce nom abrégé',
  'check.roles-unknown.todo':
    'en nommer d’autres : jouvence pairs add {{site}} CIBLE --role RÔLE ; ceux du site : {{url}}/admin/roles/manage.php',
  'check.token-ends.why': 'le jeton expire bientôt et n’a pas été renouvelé ; jours restants : {{days}}',
  'check.token-ends.todo': 'jouvence sites rotate {{site}} --profile {{profile}}',
  'check.token-endless.why': 'le jeton n’expire jamais',
  'check.token-endless.todo':
    'un jeton qui expire est plus sûr, et Jouvence le renouvelle : {{setup}} là-bas, puis jouvence sites add {{site}} ici',
  'check.renewal-failed.why': 'le jeton n’a pas pu être renouvelé ({{said}}) ; jours restants : {{days}}',
  'check.renewal-failed.todo':
    'jouvence sites rotate {{site}} --profile {{profile}} ; en cas d’échec, associer le site à nouveau : jouvence sites add {{site}}',
  'check.transfer-blocked.why': 'les archives ne passent pas : autre chose que l’agent a répondu ({{said}})',
  'check.transfer-blocked.todo':
    'laisser passer sans les changer les requêtes vers {{url}}/local/jouvence/ : chercher un pare-feu, un serveur mandataire ou une page de connexion devant Moodle',
  'check.grant-lost.why': 'l’en-tête X-Jouvence-Grant n’arrive pas : aucune archive ne pourrait passer',
  'check.grant-lost.todo': 'laisser passer cet en-tête dans le mandataire ou le pare-feu devant {{url}}',
  'check.head-blocked.why': 'HEAD n’atteint pas l’agent ({{said}}) : un envoi interrompu ne pourrait pas reprendre',
  'check.head-blocked.todo': 'laisser passer les requêtes de méthode HEAD vers {{url}}/local/jouvence/',
  'check.parts-refused.why': 'même des parties de {{bytes}} octets ne passent pas : aucun cours ne pourrait être livré',
  'check.parts-refused.todo':
    'relever la limite devant le site : client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.parts-small.why':
    'les parties de {{asked}} octets sont refusées en chemin, celles de {{taken}} passent : les livraisons durent plus longtemps',
  'check.parts-small.todo':
    'relever la limite devant le site : client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.certificate-ended.why': 'le certificat du site a expiré ; jours depuis : {{days}}',
  'check.certificate-ended.todo': 'le renouveler sur le serveur web de {{url}}',
  'check.certificate-ends.why': 'le certificat du site expire bientôt ; jours restants : {{days}}',
  'check.certificate-ends.todo': 'vérifier qu’il est renouvelé sur le serveur web de {{url}}',
  'check.tls-unseen.why': 'le site croit nos appels sans protection : il ne sait pas que TLS se termine devant lui',
  'check.tls-unseen.todo': 'dans le config.php du site : $CFG->sslproxy = true;',
  'check.cron-never.why': 'le cron n’a jamais tourné sur le site : sauvegardes et restaurations attendraient toujours',
  'check.cron-never.todo': 'chaque minute, sous l’utilisateur du serveur web : php admin/cli/cron.php',
  'check.cron-stopped.why':
    'le cron a tourné pour la dernière fois il y a {{minutes}} min : sauvegardes et restaurations attendent',
  'check.cron-stopped.todo':
    'le relancer, chaque minute, sous l’utilisateur du serveur web : php admin/cli/cron.php ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.cron-late.why':
    'le cron a tourné pour la dernière fois il y a {{minutes}} min : les cours attendent autant, deux fois',
  'check.cron-late.todo':
    'le faire tourner chaque minute : php admin/cli/cron.php ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.tasks-waiting.why': 'des tâches à nous attendent le cron : {{tasks}}, la première depuis {{minutes}} min',
  'check.tasks-waiting.todo':
    'lancer php admin/cli/cron.php sur le site et lire ce qu’il affiche ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.clock.why':
    'l’horloge du site diffère de la nôtre de {{seconds}} s : les personnes qui en viennent peuvent être refusées',
  'check.clock.todo': 'régler les deux par le réseau : timedatectl set-ntp true',
  'check.protocol.why': 'il parle les versions {{min}} à {{max}} du protocole des agents, et pas les nôtres',
  'check.protocol.todo': 'mettre à jour le plus ancien des deux : le plugin du site, ou Jouvence',
  'check.release-old.why': 'cette version de Moodle est trop ancienne pour le profil {{profile}}',
  'check.release-old.todo': 'une source demande Moodle 3.9 ou plus récent, une cible 4.1 ou plus récent',
  'check.release-untried.why': 'Jouvence n’a pas été essayé avec cette version de Moodle',
  'check.release-untried.todo': 'essayer d’abord avec un cours, et comparer',
  'check.maintenance.why':
    'le site est en maintenance : ses utilisateurs ne peuvent pas entrer, les cours peuvent toujours être transportés',
  'check.maintenance.todo': '',
  'check.other-site.why': 'ce n’est plus le site connu sous le nom {{site}} : son identifiant de site est un autre',
  'check.other-site.todo': 'jouvence sites remove {{site}}, puis l’ajouter à nouveau',
  'check.clone.why':
    'il a l’identifiant de site de {{other}} : l’un est une copie de l’autre, et Moodle confondrait leurs utilisateurs',
  'check.clone.todo':
    'sur la copie : php admin/cli/cfg.php --name=siteidentifier --set="$(openssl rand -hex 16)" après avoir supprimé cache/bootstrap.php et localcache/bootstrap.php de son répertoire de données ; puis jouvence sites remove et l’ajouter à nouveau',
  'check.address-other.why': 'le site se nomme {{wwwroot}}',
  'check.address-other.todo': 's’il a déménagé, l’associer sous cette adresse',
  'check.address-open.why':
    'notre jeton ouvre le site depuis n’importe quelle adresse ; il nous voit venir de {{address}}',
  'check.address-open.todo': 'le limiter à la prochaine association : {{setup}} --ip={{address}}',
  'check.key-changed.why':
    'le site signe avec une autre clé que lors de son association : personne ne peut entrer de là',
  'check.key-changed.todo': 'si c’est voulu, l’associer à nouveau : jouvence sites add {{site}}',
  'check.entrance-other.why': 'le site envoie les personnes qui entrent vers {{told}}, et notre adresse est {{ours}}',
  'check.entrance-other.todo': 'l’associer à nouveau, par un code : jouvence sites add {{site}}',
  'check.block-token.why':
    'le site n’accepte pas notre jeton : il a expiré, a été révoqué, ou ne vaut pas depuis notre adresse ({{said}})',
  'check.block-token.todo':
    'le regarder dans {{url}}/admin/webservice/tokens.php ; ou en faire un nouveau là-bas pour le service {{service}}, puis : jouvence sites set-token {{site}} --profile source',
  'check.block-functions.why': 'le service {{service}} n’offre pas ces fonctions du bloc de Strasbourg',
  'check.block-functions.todo': 'faire mettre le bloc à jour là-bas (php admin/cli/upgrade.php), ou réparer le service',
  'check.block-forbidden.why': 'le compte du jeton n’en a pas le droit : il lui faut {{capability}} ({{said}})',
  'check.block-forbidden.todo':
    'php blocks/my_external_backup_restore_courses/cli/install_server.php là-bas donne à son compte ce qu’il lui faut ; voir son rôle dans {{url}}/admin/roles/manage.php',
  'check.block-downloads.why': 'les sauvegardes n’ont pas pu être téléchargées ({{said}})',
  'check.block-downloads.todo':
    'dans {{url}}/admin/settings.php?section=externalservices, permettre au service le téléchargement de fichiers ; voir si quelque chose, devant le site, retient les adresses de son bloc',
  'check.block-admin.why': 'le jeton appartient à un administrateur du site : qui a le jeton a le site',
  'check.block-admin.todo':
    'faire un compte pour cela (php blocks/my_external_backup_restore_courses/cli/install_server.php là-bas), puis : jouvence sites set-token {{site}} --profile source',
  'check.block-roles.why':
    'dans cette version du bloc, c’est son propre réglage search_roles qui dit qui peut emporter un cours, et non l’association ({{roles}})',
  'check.block-roles.todo':
    'vérifier que les deux disent la même chose : {{url}}/admin/settings.php?section=blocksettingmy_external_backup_restore_courses',
  'check.block-limits.why':
    'seul le bloc de Strasbourg est là : ce que contient un cours n’est connu qu’à l’arrivée de son archive, une sauvegarde est un long appel sans progression ni moyen de l’arrêter, son archive reste sur le site, et l’on ne connaît ni collègues, ni autres identifiants, ni droits',
  'check.block-limits.todo': 'y installer local_jouvence, si c’est possible, pour avoir tout cela',
  'check.block-people.why': 'cette version du bloc ne donne pas les données des participants',
  'check.block-people.todo': 'demander les cours sans elles, ou faire mettre le bloc à jour en version 3.0 ou suivante',
};
