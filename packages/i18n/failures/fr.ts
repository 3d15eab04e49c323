import type { failuresEn } from './en.ts';

export const failuresFr: Record<keyof typeof failuresEn, string> = {
  'failure.redirects-calls':
    '{{site}} : redirige les appels vers {{where}} ; si le site a déménagé, appairez-le de nouveau sous sa nouvelle adresse',
  'failure.redirects-downloads':
    '{{site}} : redirige les téléchargements vers {{where}} ; si le site a déménagé, appairez-le de nouveau sous sa nouvelle adresse',
  'failure.redirects-circle': '{{site}} : redirige en rond, en dernier vers {{where}}',
  'failure.redirects-away': '{{site}} : redirige vers une autre adresse, {{where}}',
  'failure.connect-late': '{{site}} : {{host}} n’a accepté aucune connexion en {{ms}} ms',
  'failure.answer-late': '{{site}} : pas de réponse en {{ms}} ms',
  'failure.fell-silent': '{{site}} : s’est tu au milieu d’une réponse pendant plus de {{ms}} ms',
  'failure.nothing-listens': '{{site}} : rien n’écoute à {{host}}',
  'failure.name-unknown': '{{site}} : le nom {{host}} est inconnu',
  'failure.closed-by-us': '{{site}} : nous avons fermé la connexion',
  'failure.not-http': '{{site}} : a répondu autre chose que du HTTP',
  'failure.not-http-because': '{{site}} : a répondu autre chose que du HTTP : « {{quoted}} »',
  'failure.certificate': '{{site}} : son certificat n’est pas digne de confiance ({{code}}) : « {{quoted}} »',
  'failure.connection-broke': '{{site}} : la connexion s’est rompue : « {{quoted}} »',
  'failure.connection-broke-by': '{{site}} : la connexion s’est rompue ({{code}}) : « {{quoted}} »',
  'failure.answer-nothing': '{{site}} : {{function}} : la réponse est vide, et devrait être du JSON',
  'failure.answer-page':
    '{{site}} : {{function}} : la réponse est une page intitulée « {{quoted}} », et devrait être du JSON',
  'failure.answer-untitled': '{{site}} : {{function}} : la réponse est une page sans titre, et devrait être du JSON',
  'failure.answer-text': '{{site}} : {{function}} : la réponse est le texte « {{quoted}} », et devrait être du JSON',
  'failure.status-nothing': '{{site}} : {{function}} : la réponse porte le code {{status}} et rien d’autre',
  'failure.status-page':
    '{{site}} : {{function}} : la réponse porte le code {{status}} et une page intitulée « {{quoted}} »',
  'failure.status-untitled': '{{site}} : {{function}} : la réponse porte le code {{status}} et une page sans titre',
  'failure.status-text': '{{site}} : {{function}} : la réponse porte le code {{status}} et le texte « {{quoted}} »',
  'failure.answer-unlike': '{{site}} : {{function}} : la réponse n’est pas celle qui était convenue : « {{quoted}} »',
  'failure.answer-unlike-at':
    '{{site}} : {{function}} : la réponse n’est pas celle qui était convenue, à {{place}} : « {{quoted}} »',
  'failure.answer-error': '{{site}} : {{function}} : la réponse est une erreur qui ne dit rien',
  'failure.answer-too-long': '{{site}} : {{function}} : la réponse dépasse les {{bytes}} octets que nous acceptons',
  'failure.answer-not-utf8': '{{site}} : {{function}} : la réponse n’est pas en UTF-8',
  'failure.answer-line':
    '{{site}} : {{function}} : la réponse est « {{quoted}} » sur le descripteur 3, ce qui n’est pas un de nos documents',
  'failure.refused': '{{site}} : {{function}} a été refusé : « {{quoted}} »',
  'failure.refused-silently': '{{site}} : {{function}} a été refusé, sans raison donnée',
  'failure.call-late': '{{site}} : {{function}} : pas de réponse en {{ms}} ms',
  'failure.parameter-refused': '{{site}} : {{function}} : {{place}} : « {{quoted}} »',
  'failure.agent-old':
    '{{site}} : ce site n’offre pas {{function}} : mettez à jour son plugin local_jouvence, puis relancez son cli/setup.php',
  'failure.archive-continues': '{{site}} : la suite de l’archive vient d’une autre archive que le début',
  'failure.archive-no-length': '{{site}} : l’archive arrive sans que sa taille soit dite',
  'failure.archive-range':
    '{{site}} : l’archive a été demandée à partir de l’octet {{from}}, et est venue comme « {{quoted}} »',
  'failure.archive-size': '{{site}} : la taille annoncée de l’archive est impossible : « {{quoted}} »',
  'failure.archive-no-checksum': '{{site}} : l’archive arrive sans son empreinte SHA-256 (ETag)',
  'failure.archive-longer': '{{site}} : l’archive dépasse les {{bytes}} octets annoncés',
  'failure.archive-broke-off': '{{site}} : l’archive s’est interrompue après {{bytes}} octets sur {{size}}',
  'failure.archive-slow':
    '{{site}} : l’archive arrive trop lentement pour continuer : {{bytes}} octets en {{seconds}} s',
  'failure.archive-silent': '{{site}} : s’est tu au milieu d’une archive pendant plus de {{ms}} ms',
  'failure.archive-gone':
    '{{site}} : l’archive n’est plus là : le bloc n’a rien répondu. Une sauvegarde plus tardive du même cours remplace celle de la même minute',
  'failure.archive-another': '{{site}} : propose une autre archive que celle qui a été faite pour nous',
  'failure.archive-checksum': '{{site}} : {{bytes}} octets sont venus, et leur empreinte est {{digest}}',
  'failure.upload-stuck': '{{site}} : l’envoi ne dépasse pas l’octet {{bytes}} sur {{size}}',
  'failure.upload-altered': '{{site}} : a reçu d’autres octets que ceux qui ont été envoyés',
  'failure.upload-status':
    '{{site}} : l’envoi : à la question de ce qui est arrivé, la réponse porte le code {{status}}',
  'failure.upload-offset': '{{site}} : l’envoi : le site dit avoir « {{quoted}} » sur {{size}} octets',
  'failure.parts-refused':
    '{{site}} : quelque chose devant le site refuse les morceaux de {{bytes}} octets (413) : relevez la limite à cet endroit (nginx : client_max_body_size)',
  'failure.php-killed': '{{site}} : son PHP a été arrêté par {{signal}} avant de répondre à {{function}}',
  'failure.php-ended': '{{site}} : son PHP s’est terminé avec le code {{code}} avant de répondre à {{function}}',
  'failure.php-not-started': '{{site}} : son PHP n’a pas pu démarrer : « {{quoted}} »',
  'failure.php-printed': 'Il a affiché : « {{quoted}} »',
  'failure.block-failed':
    '{{site}} : sa sauvegarde du cours {{course}} a échoué, et le bloc ne dit pas pourquoi : les journaux du site le disent peut-être (journal des erreurs, journaux de sauvegarde)',
  'failure.block-old':
    '{{site}} : sa sauvegarde du cours {{course}} a échoué : le bloc a répondu par une sauvegarde vieille de {{minutes}} min',
  'failure.block-token':
    '{{site}} : le jeton n’y ouvre pas le bloc de Strasbourg : il en faut un du service {{service}}',
  'failure.block-function': '{{site}} : ce site n’offre pas {{function}} : le bloc de Strasbourg ne connaît pas cela',
  'failure.block-archives':
    '{{site}} : ce site ne donne ni ne prend d’archives sur autorisation : le bloc de Strasbourg ne connaît pas cela',
  'failure.block-lookup':
    '{{site}} : ce site ne trouve pas un cours par son numéro : son bloc est antérieur à la version 3.0',
  'failure.block-people':
    '{{site}} : ce site ne donne pas les données des participants : son bloc est antérieur à la version 3.0',
  'failure.block-nobody':
    '{{site}} : ce site ne donne pas de cours pour personne en particulier : son bloc est antérieur à la version 3.0',
  'failure.block-name':
    '{{site}} : un cours de {{person}} a un nom que le service web de Moodle refuse, par exemple avec un « < », et le bloc n’en liste alors aucun : faites corriger ce nom sur le site',
  'failure.block-not-theirs':
    '{{site}} : le bloc ne donne pas le cours {{course}} à {{person}} : il n’est pas de ceux qu’il lui listerait',
  'failure.block-person': '{{site}} : personne ne s’y appelle {{person}}',
  'failure.block-one-call':
    'Le bloc fait une sauvegarde en un seul appel : son serveur web doit laisser durer cet appel aussi longtemps qu’il le faut (fastcgi_read_timeout, ProxyTimeout, request_terminate_timeout)',
  'failure.task-stuck':
    '{{site}} : notre tâche ({{kind}}) est restée à « {{step}} » pendant {{minutes}} min ; regardez les tâches du site lui-même (cron)',
  'failure.task-discarded': '{{site}} : quelqu’un a écarté notre tâche ({{kind}})',
  'failure.task-failed': '{{site}} : notre tâche ({{kind}}) a échoué : « {{quoted}} »',
  'failure.task-failed-silently': '{{site}} : notre tâche ({{kind}}) a échoué, et le site ne dit pas pourquoi',
  'failure.cron-still': '{{site}} : son cron ne tourne plus depuis {{at}}, et notre tâche ({{kind}}) l’attend',
  'failure.cron-never': '{{site}} : son cron n’a jamais tourné, et notre tâche ({{kind}}) l’attend',
  'failure.cron-waits':
    '{{site}} : notre tâche ({{kind}}) attend son cron, qui a tourné pour la dernière fois à {{at}}',
  'failure.cron-tasks': '{{tasks}} de nos tâches y attendent',
  'failure.cron-mend': 'Faites réparer son cron : admin/cli/cron.php doit tourner chaque minute',
  'failure.waited-minutes': 'Attente : {{minutes}} min',
  'failure.waited-hours': 'Attente : {{hours}} h',
  'failure.maintenance': '{{site}} est en maintenance ; tout reprendra de soi-même dès que ce sera fini',
  'failure.check-site': 'Pour voir ce qui ne va pas : jouvence sites check {{site}}',
  'failure.paused': '{{site}} est mis en pause par les responsables du service',
  'failure.paused-because': '{{site}} est mis en pause par les responsables du service : {{reason}}',
  'failure.person-several':
    '{{site}} : {{count}} comptes ont la même valeur {{value}} dans le champ {{field}} : {{names}}. Il faut y établir lequel est le bon',
  'failure.person-unknown': 'personne sur {{site}} n’a la valeur {{value}} dans le champ {{field}}',
  'failure.key-missing':
    'ce qui est gardé de {{site}} ({{what}}) a été scellé avec la clé {{key}}, et il n’y en a aucune ici : remettez cette clé en place (secret.key dans le dossier des données, ou JOUVENCE_SECRET_KEY), ou appairez de nouveau le site',
  'failure.key-other':
    'ce qui est gardé de {{site}} ({{what}}) a été scellé avec la clé {{key}}, et la clé d’ici est {{present}} : remettez cette clé en place (secret.key dans le dossier des données, ou JOUVENCE_SECRET_KEY), ou appairez de nouveau le site',
  'failure.key-sites': 'À appairer de nouveau sans cette clé : {{names}}',
  'failure.no-token-at-all': 'il n’y a pas de jeton de {{site}} : ajoutez-en un d’abord',
  'failure.no-token': 'il n’y a pas de jeton de {{site}} pour l’usage {{profile}} : ajoutez-en un d’abord',
  'failure.site-gone': 'il n’y a pas de site {{site}}',
  'failure.person-method':
    '{{site}} : {{person}} s’y connecte par « {{auth}} », et par son champ {{identity}} un tel compte n’est pris pour celui de personne sur {{other}}. S’il s’agit de la même personne, autorisez la méthode pour cette paire (jouvence pairs add), ou faites changer le compte',
  'failure.backup-without-archive': '{{site}} : la sauvegarde est faite, et il n’y a pas d’archive',
  'failure.restore-without-course': '{{site}} : la restauration est faite, et il n’y a pas de cours',
  'failure.people-miscounted': '{{site}} : interrogé sur {{asked}} personnes, a répondu pour {{told}}',
  'failure.archive-too-large':
    '{{site}} : l’archive pèse {{size}} Mo, et pas plus de {{most}} Mo ne sont transportés (requests.largestMegabytes)',
  'failure.spool-small':
    'l’archive pèse {{size}} octets et demande {{room}} octets, avec celle qui en est faite pour la cible ; l’espace de travail en a {{limit}} : relevez spool.gigabytes',
  'failure.spool-waits':
    'pas de place pour {{bytes}} octets dans l’espace de travail avant qu’un autre cours soit passé',
  'failure.disk-small':
    'le disque de l’espace de travail n’a pas la place pour {{bytes}} octets pendant que l’archive est réécrite',
  'failure.people-still': '{{site}} : les personnes devaient être retirées, et {{entry}} a encore {{what}} ({{count}})',
  'failure.wrong-course':
    '{{site}} : le cours {{course}} ({{name}}) était demandé, et l’archive contient le cours {{found}} ({{foundName}}) de {{where}}',
  'failure.cannot-restore': '{{site}} : ne peut pas le restaurer',
  'failure.more': 'Et {{count}} de plus',
  'failure.problem-content-altered':
    '{{site}} : {{entry}} : le contenu n’est pas celui qui y a été mis : attendu {{expected}}, trouvé {{found}}',
  'failure.problem-size-differs': '{{site}} : {{entry}} : la taille est autre : attendu {{expected}}, trouvé {{found}}',
  'failure.problem-missing-from-archive':
    '{{site}} : {{entry}} : n’est pas dans l’archive : attendu {{expected}}, trouvé {{found}}',
  'failure.problem-document-malformed':
    '{{site}} : {{entry}} : ne peut pas être lu : attendu {{expected}}, trouvé {{found}}',
  'failure.problem-document-missing':
    '{{site}} : {{entry}} : le document manque : attendu {{expected}}, trouvé {{found}}',
  'failure.mbz-unreadable': 'l’archive ne peut pas être lue ici : « {{quoted}} »',
  'failure.mbz-not-an-archive':
    'ce qui est venu n’est pas une archive : « {{quoted}} ». Une page d’erreur ou de connexion est peut-être venue à sa place',
  'failure.mbz-truncated': 'l’archive s’arrête avant sa fin ({{entry}}). Faites-la refaire',
  'failure.mbz-trailing-data': 'quelque chose suit la fin de {{entry}} ; Moodle n’y écrit rien',
  'failure.mbz-corrupt': 'l’archive est abîmée à {{entry}} : « {{quoted}} ». Faites refaire la sauvegarde',
  'failure.mbz-inconsistent': 'deux endroits de l’archive se contredisent à {{entry}} : « {{quoted}} »',
  'failure.mbz-encrypted': 'l’archive est chiffrée à {{entry}} ; Moodle ne chiffre rien',
  'failure.mbz-unsupported': 'l’archive est écrite comme Moodle ne le fait jamais, à {{entry}} : « {{quoted}} »',
  'failure.mbz-unsafe-path':
    'l’archive a un nom qui mène hors d’elle, {{entry}} : autre chose que Moodle l’a faite ou modifiée',
  'failure.mbz-link': 'l’archive contient un lien, {{entry}}, là où Moodle n’écrit que des fichiers',
  'failure.mbz-special-file':
    'l’archive contient un périphérique ou un tube, {{entry}}, là où Moodle n’écrit que des fichiers',
  'failure.mbz-duplicate-entry':
    'l’archive contient {{entry}} deux fois : deux lecteurs pourraient y voir deux sauvegardes différentes',
  'failure.mbz-name-not-utf8': 'un nom dans l’archive n’est pas en UTF-8 : {{entry}}',
  'failure.mbz-too-many-entries': 'l’archive contient plus de fichiers que nous n’en lisons : « {{quoted}} »',
  'failure.mbz-too-large': 'une fois dépliée, l’archive prendrait plus de place qu’il n’en est donné : « {{quoted}} »',
  'failure.mbz-bomb': 'dans l’archive, {{entry}} est comprimé plus qu’aucun vrai fichier : il n’est pas déplié',
  'failure.mbz-name-too-long': 'un nom dans l’archive est trop long : {{entry}}',
  'failure.mbz-xml-malformed': 'dans l’archive, {{entry}} n’est pas bien formé : « {{quoted}} »',
  'failure.mbz-xml-not-utf8': 'dans l’archive, {{entry}} n’est pas écrit en UTF-8, comme le fait Moodle',
  'failure.mbz-xml-doctype':
    'dans l’archive, {{entry}} déclare ce que Moodle ne déclare jamais (un type de document, une entité) : il n’est pas lu',
  'failure.mbz-xml-too-deep': 'dans l’archive, {{entry}} est imbriqué plus profondément que nous ne lisons',
  'failure.mbz-xml-too-long': 'dans l’archive, {{entry}} a un texte ou un nom plus long que nous ne lisons',
  'failure.mbz-not-a-course':
    'l’archive n’est pas une sauvegarde de cours faite par Moodle : « {{quoted}} ». Sauvegardez le cours entier',
  'failure.mbz-directory-not-empty': 'un dossier qui devrait être vide ne l’est pas : « {{quoted}} »',
  'failure.mbz-cannot-write': 'ce qui est fait de l’archive ne peut pas être écrit ici : « {{quoted}} »',
  'failure.mbz-stale-entry': 'l’archive a été lue dans le mauvais ordre : « {{quoted}} »',
  'failure.mbz-plan-impossible':
    'l’archive ne peut pas être réécrite comme il le faudrait : « {{quoted}} ». Faites corriger les comptes ou le nom',
  'failureThing.the archive': 'l’archive',
  'failureThing.the upload': 'l’envoi',
  'failureThing.a call': 'un appel',
  'failureThing.backup': 'sauvegarde',
  'failureThing.restore': 'restauration',
  'failureThing.upload': 'envoi',
};
