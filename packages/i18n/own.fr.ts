import type { ownEn } from './own.en.ts';

/** `_many` (from a million) is read as `_other`. */
export const ownFr: Record<keyof typeof ownEn, string> = {
  'proxy.unavailable.title': 'Ce site n’est pas disponible pour l’instant',
  'proxy.unavailable.text': 'Il démarre, ou il a trop à faire. Réessayez dans un instant.',

  'error.not-found': 'Cela n’existe pas, ou vous ne pouvez pas le savoir.',
  'error.not-allowed': 'Vous n’avez pas le droit de faire cela.',
  'error.unauthenticated': 'Ce qui a été présenté n’identifie personne, ou a expiré.',
  'error.invalid-parameter': 'Une valeur manque, est inconnue ou n’a pas la bonne forme.',
  'error.conflict': 'Quelque chose qui existe déjà s’y oppose.',
  'error.busy': 'Le site ou le serveur a trop à faire pour l’instant.',
  'error.quota': 'Il n’y a pas assez de place là où cela devrait aller.',
  'error.unsupported': 'Ce site, ou cette version, ne sait pas faire cela.',
  'error.site-error': 'Le site a refusé avec une erreur qui lui est propre.',
  'error.site-unreachable': 'Le site n’a pas pu être joint.',
  'error.site-timeout': 'Le site n’a pas répondu à temps.',
  'error.site-cron': 'Le site n’exécute pas ses tâches planifiées : son cron est arrêté.',
  'error.site-paused': 'Un opérateur a mis le site en pause : rien de nouveau n’y commence avant la reprise.',
  'error.site-bad-answer': 'Le site a répondu autre chose que ce qu’il fallait.',
  'error.token-expired': 'Le site n’accepte plus notre jeton : il faut l’associer de nouveau.',
  'error.mail-unavailable': 'Le serveur de courrier est inutilisable pour l’instant.',
  'error.mail-refused': 'Le serveur de courrier ne prend pas ce message, ou pas pour cette adresse.',
  'error.lost-lease': 'Un autre processus a repris ce travail.',
  'error.cancelled': 'Cela a été annulé.',
  'error.spool-full': 'Il n’y a pas assez de place pour les archives en chemin.',
  'error.archive-invalid': 'Le fichier n’est pas une sauvegarde utilisable.',
  'error.archive-altered': 'L’archive n’est pas celle qui était annoncée : sa taille ou son empreinte diffère.',
  'error.archive-wrong-course': 'L’archive contient un autre cours que celui qui était demandé.',
  'error.backup-invalid': 'Le fichier n’est pas une sauvegarde de Jouvence que l’on puisse restaurer.',
  'error.too-large': 'C’est plus gros que ce qui est transporté.',
  'error.people-found': 'Des données de personnes sont dans une archive qui ne doit en contenir aucune.',
  'error.people-unmatched':
    'On ne sait pas avec certitude quels comptes de la cible sont ceux des personnes de l’archive.',
  'error.already-running': 'Un autre processus sert déjà ce répertoire de données.',
  'error.no-server': 'Aucun serveur ne tourne sur ce répertoire de données.',
  'error.config-invalid': 'La configuration contient une valeur inutilisable.',
  'error.key-missing': 'La clé qui ouvre les secrets conservés manque, ou en est une autre.',
  'error.database-unavailable': 'La base de données ne peut pas être jointe.',
  'error.database-unusable': 'La base de données ne démarre pas, ou n’est pas utilisable.',
  'error.schema-mismatch': 'La base de données appartient à une autre version du programme.',
  'error.internal': 'Il s’est produit quelque chose que nous n’avions pas prévu.',

  'state.queued': 'en attente',
  'state.backing-up': 'sauvegarde',
  'state.fetching': 'récupération',
  'state.checking': 'vérification',
  'state.preparing': 'préparation',
  'state.delivering': 'envoi',
  'state.restoring': 'restauration',
  'state.enrolling': 'inscription',
  'state.comparing': 'comparaison',
  'state.cleaning': 'nettoyage',
  'state.done': 'terminé',
  'state.cancelling': 'en cours d’annulation',
  'state.cancelled': 'annulé',
  'state.failed': 'échoué',
  'state.refused': 'refusé',

  'waiting.source': 'attend la source',
  'waiting.target': 'attend la cible',
  'waiting.spool': 'attend de la place',

  'waiting.turn': 'attend son tour',
  'waiting.hours': 'attend les heures d’ouverture',
  'queue.place': 'no {{position}} dans la file',
  'queue.placeAhead': 'no {{position}} dans la file ; {{ahead}} cours passent avant, ceux en cours compris',
  'queue.arrives': 'entre {{from}} et {{until}}',
  'queue.basis.similar': 'd’après la durée de cours de taille semblable entre ces deux sites',
  'queue.basis.pair': 'd’après la durée d’autres cours entre ces deux sites',
  'queue.basis.site': 'd’après la durée de cours de l’un de ces deux sites',
  'queue.basis.rough': 'estimation grossière : rien de semblable n’a encore été transporté',
  'waiting.since': 'depuis {{since}}',
  'waiting.next': 'prochain essai {{next}}',
  'severity.info': 'note',
  'severity.warning': 'attention',
  'severity.error': 'perdu',

  'verdict.whole': 'tout sera restauré',
  'verdict.partly': 'une partie sera restaurée',
  'verdict.unknown': 'on ne le saura qu’à l’arrivée de son archive',
  'verdict.not': 'il ne peut pas y être restauré',

  'report.module-missing.why': 'ce module d’activité n’est pas installé sur la cible : l’activité est laissée de côté',
  'report.module-missing.todo': 'demandez l’installation du module, ou remplacez l’activité par une autre',
  'report.module-off.why':
    'ce module d’activité est désactivé sur la cible : ses activités arrivent, et personne ne les voit',
  'report.module-off.todo': 'demandez l’activation du module',
  'report.nothing-left.why': 'aucune des activités ne peut être restaurée sur la cible',
  'report.nothing-left.todo': 'choisissez une autre cible, ou demandez l’installation des modules',
  'report.format-missing.why':
    'ce format de cours n’est pas installé sur la cible : le cours est montré dans celui par défaut, rien n’est perdu',
  'report.format-missing.todo': 'choisissez un format dans les paramètres du cours',
  'report.qtype-missing.why':
    'ce type de question n’est pas installé sur la cible : on ne peut pas répondre à ses questions',
  'report.qtype-missing.todo': 'demandez ce type de question, ou remplacez ces questions',
  'report.block-missing.why': 'ce bloc n’est pas installé sur la cible : il est laissé de côté',
  'report.block-missing.todo': 'demandez ce bloc, ou employez-en un autre',
  'report.availability-missing.why':
    'les restrictions de ce genre sont perdues, et ce qu’elles cachaient peut être ouvert',
  'report.availability-missing.todo': 'parcourez les restrictions du cours',
  'report.theme-missing.why': 'ce thème n’est pas installé sur la cible : le cours est montré dans celui du site',
  'report.theme-missing.todo': '',
  'report.enrol-missing.why': 'les personnes inscrites par cette méthode ne le sont pas par elle sur la cible',
  'report.enrol-missing.todo': '',
  'report.filter-missing.why':
    'ce filtre n’est pas installé sur la cible : les textes qui l’emploient montrent leur écriture brute',
  'report.filter-missing.todo': 'parcourez les textes du cours',
  'report.plugin-missing.why': 'ce plugin n’est pas installé sur la cible : ce que le cours y garde est laissé de côté',
  'report.plugin-missing.todo': 'demandez son installation',
  'report.release-old.why': 'la sauvegarde vient d’une version de Moodle trop ancienne pour être restaurée',
  'report.release-old.todo': 'mettez l’ancien site à jour, ou restaurez-en une sauvegarde à la main',
  'report.release-untried.why': 'la sauvegarde vient d’une version de Moodle dont la restauration n’a pas été essayée',
  'report.release-untried.todo': 'parcourez le cours quand il sera arrivé',
  'report.release-new.why':
    'la sauvegarde vient d’une branche de Moodle plus récente : la cible ne sait pas restaurer ce qu’elle a fait',
  'report.release-new.todo':
    'choisissez une cible de cette version ou d’une plus récente, ou faites mettre la cible à jour',
  'report.release-newer.why':
    'la sauvegarde vient d’un Moodle plus récent que la cible : ses nouveautés sont laissées de côté',
  'report.release-newer.todo': 'choisissez une cible de cette version ou d’une plus récente',
  'report.people-none.why': 'personne ne participe au cours : il n’y a rien à porter',
  'report.people-none.todo': '',
  'report.people-matched.why':
    'les personnes sont cherchées sur la cible par la règle de la paire ; une seule que l’on ne distingue pas d’une autre arrête le cours',
  'report.people-matched.todo': '',
  'report.people-out.why':
    'les personnes et la paternité ont été retirées, puis l’archive relue à la recherche de leurs lignes, identifiants et noms',
  'report.people-out.todo': '',
  'report.people-none-left.why':
    'la source avait déjà laissé les personnes de côté ; l’archive a été relue, sans y trouver leurs lignes ni de paternité',
  'report.people-none-left.todo': '',
  'report.name-in-text.why':
    'un texte du cours contient le nom ou l’adresse d’une de ses personnes ; les textes sont portés tels quels',
  'report.name-in-text.todo': 'relisez ce texte dans le nouveau cours, et retirez le nom s’il ne doit pas y être',
  'report.people-made.why':
    'personne sur la cible n’est l’une d’elles : un compte est créé pour chacune, sans mot de passe',
  'report.people-made.todo': 'elles se connectent par la méthode de leur compte, ou demandent un nouveau mot de passe',
  'report.admin-renamed.why':
    'sur la cible ce nom est celui d’un administrateur du site avec une autre adresse : la personne de la source y reçoit un autre nom',
  'report.admin-renamed.todo':
    'rien, sauf si c’est la même personne : donnez alors la même adresse aux deux comptes avant le prochain cours',
  'report.person-ambiguous.why': 'plusieurs comptes de la cible pourraient être celui de cette personne',
  'report.person-ambiguous.todo':
    'faites y corriger les comptes, cherchez par un autre champ, ou demandez le cours sans les données des participants',
  'report.person-method.why':
    'd’un côté, le compte se connecte par une méthode dont les comptes ne sont pas rapprochés : chacun peut y choisir son nom',
  'report.person-method.todo':
    'si c’est la même personne, faites changer la méthode ou autorisez-la pour cette paire ; ou demandez le cours sans les données des participants',
  'report.person-taken.why':
    'le nom d’utilisateur ou l’adresse est à quelqu’un d’autre sur la cible, d’après la règle de la paire',
  'report.person-taken.todo':
    'si c’est la même personne, faites corriger les comptes ou cherchez par un autre champ ; ou demandez le cours sans les données des participants',
  'report.person-missing.why': 'cette personne n’a pas de compte sur la cible, et cette paire ne peut pas en créer',
  'report.person-missing.todo':
    'faites y créer le compte, autorisez la paire à créer des personnes, ou demandez le cours sans les données des participants',
  'report.person-twice.why': 'd’après la règle de la paire, deux personnes de l’archive deviendraient un seul compte',
  'report.person-twice.todo':
    'faites corriger les comptes sur la source, cherchez par un autre champ, ou demandez le cours sans les données des participants',
  'report.release-build.why':
    'la source a une version corrective plus récente du même Moodle : les cours sont restaurés quand même',
  'report.release-build.todo': '',
  'report.lti-secret.why':
    'la clé et le secret de cet outil externe sont chiffrés par une clé de la source, et ne voyagent pas',
  'report.lti-secret.todo': 'saisissez-les de nouveau dans les paramètres de l’outil',
  'report.lti-site-tool.why':
    'cette activité emploie un outil déclaré pour tout le site source : ces outils ne sont pas dans une sauvegarde',
  'report.lti-site-tool.todo':
    'faites déclarer l’outil sur la cible, puis choisissez-le dans les paramètres de l’activité',
  'report.lti-registration.why':
    'cet outil connaît le site par un enregistrement : sur la cible il reçoit un autre identifiant de client',
  'report.lti-registration.todo': 'donnez au fournisseur de l’outil le nouvel identifiant et les nouvelles adresses',
  'report.lti-foreseen.why':
    'les clés et secrets des outils externes, et les outils déclarés pour tout le site source, ne voyagent pas',
  'report.lti-foreseen.todo': 'préparez-les, ou demandez à l’administrateur de la cible',
  'report.question-authors.why': 'Moodle tient son propre compte de service pour l’auteur de ces questions',
  'report.question-authors.todo': 'rien, sauf si l’auteur d’une question compte',
  'report.scale-site.why':
    'ce barème de tout le site source devient celui de la cible qui a les mêmes valeurs, ou un barème du cours',
  'report.scale-site.todo': 'rien',
  'report.outcome-site.why':
    'cet objectif de tout le site source devient celui de la cible de même nom abrégé, ou un objectif du cours',
  'report.outcome-site.todo': 'assurez-vous que la cible entend la même chose',
  'report.people-mnet.why': 'ces personnes viennent d’un autre Moodle par MNet : la cible les prend pour les siennes',
  'report.people-mnet.todo': 'rien, si elles se connectent à la cible elle-même',
  'report.name-changed.why': 'un autre cours y porte déjà ce nom : le nouveau en a reçu un autre',
  'report.name-changed.todo': 'donnez-lui le nom voulu dans les paramètres du cours',
  'report.name-cleaned.why': 'le nom contenait des balises, et Moodle ne restaure aucun cours de ce nom',
  'report.name-cleaned.todo': 'donnez-lui le nom voulu dans les paramètres du cours',
  'report.badge-off.why': 'Moodle restaure les badges désactivés',
  'report.badge-off.todo': 'vérifier ses critères, puis l’activer',
  'report.image-redacted.why': 'la cible retire des images ce que l’appareil y a écrit, et les enregistre de nouveau',
  'report.image-redacted.todo': '',
  'report.scale-local.why': 'ce barème de tout le site source est ici un barème du cours',
  'report.scale-local.todo': '',
  'report.outcome-local.why': 'cet objectif de tout le site source est ici un objectif du cours',
  'report.outcome-local.todo': '',
  'report.not-whole.why': 'Moodle n’a restauré ceci qu’en partie',
  'report.not-whole.todo': 'comparez avec l’original',
  'report.restore-log.why': 'Moodle a écrit ceci dans le journal de la restauration',
  'report.restore-log.todo': 'regardez cet endroit du cours',
  'report.capability-missing.why':
    'une dérogation nomme une capacité que la cible ne connaît pas : elle a été laissée de côté',
  'report.capability-missing.todo': '',
  'report.override-left-out.why':
    'notre compte sur la cible ne peut pas donner cette capacité à un rôle : la dérogation a été laissée de côté',
  'report.override-left-out.todo': 'refaites la dérogation dans les permissions du cours, si elle est toujours voulue',
  'report.plain-assignment.why': 'un plugin absent de la cible l’avait donné : c’en est maintenant un ordinaire',
  'report.plain-assignment.todo': '',
  'report.badges-left-out.why': 'Moodle n’emporte les badges qu’avec les personnes : ils ne sont pas venus',
  'report.badges-left-out.todo': 'refaites les badges, ou demandez le cours avec les personnes',
  'report.competencies-off.why': 'les compétences y sont désactivées : celles du cours ne viennent pas',
  'report.competencies-off.todo': '',
  'report.files-external.why':
    'certains fichiers sont des alias vers un dépôt de la source : ils ne viennent que comme références',
  'report.files-external.todo': 'mettez ces fichiers dans le cours même',
  'report.files-missing.why': 'le contenu de certains fichiers manque sur la source même',
  'report.files-missing.todo': 'cherchez dans le cours les fichiers qui ne s’ouvrent pas',
  'report.module-without-backup.why': 'ce module ne sait pas faire de sauvegarde : l’activité est laissée de côté',
  'report.module-without-backup.todo': 'refaites l’activité à la main',
  'report.service-account-enrolled.why':
    'Moodle a inscrit notre compte sur la cible au cours, et il n’a pas pu en être retiré',
  'report.service-account-enrolled.todo': 'retirez-le des participants, et relancez la mise en place sur la cible',
  'report.condition-lost.why': 'une condition d’accès nomme une chose qui n’a pas été restaurée',
  'report.condition-lost.todo': 'regardez les conditions d’accès de cette activité',
  'report.category-default.why': 'le cours est allé dans la catégorie par défaut',
  'report.category-default.todo': 'déplacez-le si sa place est ailleurs',
  'report.activity-lost.why': 'elle est dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.activity-lost.todo': 'regardez le cours sur la source ; demandez à l’administrateur de la cible',
  'report.section-lost.why': 'elles sont dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.section-lost.todo': 'regardez le cours sur la source ; demandez à l’administrateur de la cible',
  'report.file-lost.why': 'ils sont dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.file-lost.todo': 'ouvrez les fichiers du nouveau cours ; demandez à l’administrateur de la cible',
  'report.people-lost.why':
    'ces personnes sont inscrites dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.people-lost.todo': 'inscrivez ces personnes à la main ; demandez à l’administrateur de la cible',
  'report.left-behind.why': 'ce qu’une étape avait fait sur un site n’a pas pu être enlevé',
  'report.left-behind.todo': 'rien pour l’enseignant ; un opérateur peut supprimer la tâche de cette clé sur le site',
  'report.role-missing.why': 'aucun rôle que l’on puisse donner sur la cible n’y correspond ; personne ne l’obtient',
  'report.role-missing.todo': 'donnez à la main un rôle de la cible à ces personnes',
  'report.enrolment-method-missing.why':
    'cette méthode d’inscription n’est pas installée ou pas active sur la cible : les personnes inscrites par elle ne viennent pas',
  'report.enrolment-method-missing.todo': 'inscrivez ces personnes par une méthode de la cible',
  'report.enrolment-method-bound.why':
    'cette méthode d’inscription renvoie au site d’où elle vient : les personnes inscrites par elle ne viennent pas',
  'report.enrolment-method-bound.todo': 'inscrivez ces personnes par une méthode de la cible',
  'report.outline-none.why':
    'le bloc de Strasbourg ne dit pas ce que contient un cours : on saura ce qu’il en adviendra quand son archive sera arrivée',
  'report.outline-none.todo': '',
  'report.people-not-given.why':
    'les réglages prévoient les données des participants ; cette version du bloc de Strasbourg n’en donne pas',
  'report.people-not-given.todo':
    'si elles sont nécessaires, faites mettre le bloc à jour en 3.0 ou plus, ou installer local_jouvence sur la source',
  'report.source-block.why':
    'la source répond par le bloc de Strasbourg : sa sauvegarde a été un seul appel, sans progression et sans moyen de l’arrêter en route',
  'report.source-block.todo': '',
  'report.backup-stays.why':
    'le bloc n’a aucun moyen de supprimer la sauvegarde faite pour cette demande : elle reste sur la source',
  'report.backup-stays.todo':
    'la faire supprimer là-bas, si la place ou la confidentialité le demande : dans la zone de sauvegarde du cours, ou dans les sauvegardes privées de son administrateur',
  'report.archive-content-missing.why': 'le contenu de ce fichier n’est pas dans l’archive',
  'report.archive-content-missing.todo':
    'cherchez le fichier dans le cours sur la source, où il manque sans doute aussi',
  'report.left-out-unknown.why': 'cela a été laissé de côté, parce que des données de personnes peuvent s’y trouver',
  'report.left-out-unknown.todo': 'demandez le cours avec les données des participants, si c’est nécessaire et permis',
  'report.idnumber-cleared.why':
    'le cours n’a pas d’idnumber ici : Moodle ne reprend ni celui d’un autre site, ni un idnumber déjà pris',
  'report.idnumber-cleared.todo':
    'saisissez un idnumber dans les paramètres du cours si d’autres systèmes en ont besoin',
  'report.idnumber-taken.why': 'un autre cours de la cible porte déjà cet idnumber : le nouveau n’en a pas',
  'report.idnumber-taken.todo': 'saisissez-en un autre dans les paramètres du cours si d’autres systèmes en ont besoin',
  'report.file-external.why': 'le fichier est conservé hors du site d’où il vient, et n’est pas dans la sauvegarde',
  'report.file-external.todo': 'déposez de nouveau le fichier dans le cours',
  'report.file-missing.why': 'le fichier est nommé dans la sauvegarde, et son contenu n’y est pas',
  'report.file-missing.todo': 'déposez de nouveau le fichier dans le cours',
  'report.more-of-the-same.why': 'il y en a d’autres de ce genre, qui ne sont pas énumérés',
  'report.more-of-the-same.todo': '',

  'entrance.brand': 'Jouvence · les cours des anciennes plateformes',
  'entrance.who': 'Vous êtes connecté comme',
  'entrance.leave': 'Se déconnecter',
  'entrance.refused.title': 'La connexion n’a pas pu se faire',
  'entrance.refused.text':
    'Ce que votre plateforme a dit de vous est trop ancien, a déjà servi, ou était destiné à un autre navigateur. Retournez sur votre plateforme et ouvrez Jouvence à nouveau depuis celle-ci.',
  'entrance.refused.again': 'Recommencer',
  'entrance.unbuilt.title': 'Les pages ne sont pas encore là',
  'entrance.unbuilt.text':
    'Jouvence fonctionne, mais ses pages n’ont pas été construites. Qui l’a installé le fait par cette commande, dans son répertoire, puis le redémarre :',

  'signIn.title': 'Connexion',
  'signIn.text': 'Pour ceux qui exploitent Jouvence. Les enseignants l’ouvrent depuis leur plateforme.',
  'signIn.username': 'Identifiant',
  'signIn.password': 'Mot de passe',
  'signIn.newPassword': 'Nouveau mot de passe',
  'signIn.again': 'Le même encore une fois',
  'signIn.policy':
    'Au moins 12 caractères. Plusieurs mots sans rapport entre eux se retiennent bien et se devinent mal.',
  'signIn.do': 'Se connecter',
  'signIn.openid': 'Se connecter avec le compte de votre établissement',
  'signIn.problem.wrong': 'L’identifiant ou le mot de passe n’est pas le bon.',
  'signIn.problem.wait_one': 'Trop d’essais ont échoué. Réessayez dans une seconde.',
  'signIn.problem.wait_other': 'Trop d’essais ont échoué. Réessayez dans {{count}} secondes.',
  'signIn.problem.expired': 'Vous avez été déconnecté. Reconnectez-vous pour continuer.',
  'signIn.problem.openid':
    'Le compte de votre établissement n’est pas celui d’un opérateur ici. Demandez à un autre opérateur de l’admettre.',
  'signIn.problem.provider':
    'La connexion de votre établissement est injoignable pour le moment. Réessayez plus tard, ou employez votre mot de passe.',
  'signIn.problem.unlike': 'Les deux mots de passe ne sont pas identiques.',
  'signIn.problem.short': 'Ce mot de passe est trop court : il lui faut au moins 12 caractères.',
  'signIn.problem.long': 'Ce mot de passe est trop long : 256 caractères au plus.',
  'signIn.problem.name': 'Ce mot de passe n’est guère plus que votre nom ou votre adresse : choisissez-en un autre.',
  'signIn.problem.plain': 'Ce mot de passe est l’un des premiers que l’on essaierait : choisissez-en un autre.',
  'signIn.signedOut.title': 'Vous êtes déconnecté',
  'signIn.signedOut.text': 'Ce navigateur n’ouvre plus rien.',
  'signIn.invitationGone.title': 'Ce lien n’ouvre rien',
  'signIn.invitationGone.text':
    'Il a servi, un plus récent a été fait, ou il est trop ancien. Demandez-en un autre à un opérateur.',
  'invitation.title': 'Choisissez votre mot de passe',
  'invitation.text': 'Vous exploiterez Jouvence sous le nom de',
  'invitation.do': 'Le garder et se connecter',
  'account.title': 'Votre compte',
  'account.sites': 'pour',
  'account.sessions': 'Où vous êtes connecté',
  'account.browser': 'Navigateur',
  'account.unknownBrowser': 'inconnu',
  'account.address': 'Adresse',
  'account.by': 'Par',
  'account.how.password': 'mot de passe',
  'account.how.oidc': 'établissement',
  'account.seen': 'Vu en dernier',
  'account.session': 'Session',
  'account.current': 'celle-ci',
  'account.end': 'Y mettre fin',
  'account.password': 'Un autre mot de passe',
  'account.currentPassword': 'Votre mot de passe actuel',
  'account.change': 'Le changer',
  'account.changed': 'Votre mot de passe est changé. Toutes les autres sessions ont pris fin.',

  'check.severity.info': 'note',
  'check.severity.warning': 'attention',
  'check.severity.error': 'erreur',
  'check.unreachable.why': 'le site est injoignable : {{said}}',
  'check.unreachable.todo':
    'vérifier l’adresse, et que ce serveur peut ouvrir des connexions vers elle : curl -I {{url}}',
  'check.silent.why': 'le site n’a pas répondu à temps',
  'check.silent.todo': 'regarder la charge de son serveur, puis : jouvence sites check {{site}}',
  'check.bad-answer.why': 'autre chose que les services web de Moodle a répondu : {{said}}',
  'check.bad-answer.todo':
    'ouvrir {{url}}/webservice/rest/server.php depuis ce serveur : la réponse doit être une erreur en XML, pas une page. Chercher un pare-feu, une page de connexion ou de maintenance devant Moodle',
  'check.busy.why': 'le site, ou ce qui est devant lui, se dit surchargé : {{said}}',
  'check.busy.todo':
    'attendre un peu, puis : jouvence sites check {{site}}. Sur la page de maintenance de Moodle : php admin/cli/maintenance.php --disable',
  'check.refused.why': 'le site a refusé : {{said}}',
  'check.refused.todo': 'sur le site, {{setup}} --no-code remet en ordre son service, son rôle et son utilisateur',
  'check.maintenance-locked.why': 'le site est en maintenance, et notre utilisateur ne peut pas entrer',
  'check.maintenance-locked.todo':
    'lui donner moodle/site:maintenanceaccess ({{setup}} --no-code), ou terminer la maintenance : {{url}}/admin/settings.php?section=maintenancemode',
  'check.key-missing.why': 'le jeton conservé ici ne peut pas être ouvert : {{said}}',
  'check.key-missing.todo': 'remettre la clé en place, ou associer le site à nouveau : jouvence sites add {{site}}',
  'check.no-token.why': 'aucun jeton du site n’est conservé ici pour cela',
  'check.no-token.todo':
    'sur le site : php local/jouvence/cli/setup.php --profile source, target ou fleet ; puis ici : jouvence sites add {{site}}',
  'check.token-refused.why':
    'le site n’accepte pas notre jeton : il a expiré, a été révoqué, ou ne vaut pas depuis notre adresse ({{said}})',
  'check.token-refused.todo':
    'le regarder dans {{url}}/admin/webservice/tokens.php ; ou en faire un nouveau : {{setup}} là-bas, puis jouvence sites add {{site}} ici',
  'check.wrong-profile.why': 'le jeton conservé pour le profil {{profile}} est un jeton du profil {{given}}',
  'check.wrong-profile.todo': '{{setup}} sur le site, puis jouvence sites add {{site}} ici',
  'check.functions-missing.why': 'le service de ce profil n’offre pas ces fonctions',
  'check.functions-missing.todo':
    'mettre le plugin à jour (php admin/cli/upgrade.php), puis {{setup}} --no-code ; le service est dans {{url}}/admin/settings.php?section=externalservices',
  'check.capabilities-missing.why': 'notre utilisateur {{username}} n’a pas ces capacités',
  'check.capabilities-missing.todo':
    '{{setup}} --no-code sur le site les redonne ; à la main : {{url}}/admin/roles/manage.php',
  'check.people-not-created.why':
    'une association permet de créer des comptes sur ce site, et notre utilisateur n’en a pas le droit',
  'check.people-not-created.todo':
    '{{setup}} --no-code sur le site ; ou n’en laisser créer aucun : jouvence pairs add SOURCE {{site}} --no-create-people',
  'check.roles-unassignable.why':
    'notre utilisateur ne peut pas donner ces rôles : qui en a un le perd quand un cours est restauré',
  'check.roles-unassignable.todo':
    'l’autoriser dans {{url}}/admin/roles/allow.php?mode=assign, ou : {{setup}} --no-code',
  'check.roles-unknown.why': 'une association nomme ces rôles, et le site n’en a aucun de ce nom abrégé',
  'check.roles-unknown.todo':
    'en nommer d’autres : jouvence pairs add {{site}} CIBLE --role RÔLE ; ceux du site : {{url}}/admin/roles/manage.php',
  'check.token-ends.why': 'le jeton expire bientôt et n’a pas été renouvelé ; jours restants : {{days}}',
  'check.token-ends.todo': 'jouvence sites rotate {{site}} --profile {{profile}}',
  'check.token-endless.why': 'le jeton n’expire jamais',
  'check.token-endless.todo':
    'un jeton qui expire est plus sûr, et Jouvence le renouvelle : {{setup}} là-bas, puis jouvence sites add {{site}} ici',
  'check.renewal-failed.why': 'le jeton n’a pas pu être renouvelé ({{said}}) ; jours restants : {{days}}',
  'check.renewal-failed.todo':
    'jouvence sites rotate {{site}} --profile {{profile}} ; en cas d’échec, associer le site à nouveau : jouvence sites add {{site}}',
  'check.transfer-blocked.why': 'les archives ne passent pas : autre chose que l’agent a répondu ({{said}})',
  'check.transfer-blocked.todo':
    'laisser passer sans les changer les requêtes vers {{url}}/local/jouvence/ : chercher un pare-feu, un serveur mandataire ou une page de connexion devant Moodle',
  'check.grant-lost.why': 'l’en-tête X-Jouvence-Grant n’arrive pas : aucune archive ne pourrait passer',
  'check.grant-lost.todo': 'laisser passer cet en-tête dans le mandataire ou le pare-feu devant {{url}}',
  'check.head-blocked.why': 'HEAD n’atteint pas l’agent ({{said}}) : un envoi interrompu ne pourrait pas reprendre',
  'check.head-blocked.todo': 'laisser passer les requêtes de méthode HEAD vers {{url}}/local/jouvence/',
  'check.parts-refused.why': 'même des parties de {{bytes}} octets ne passent pas : aucun cours ne pourrait être livré',
  'check.parts-refused.todo':
    'relever la limite devant le site : client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.parts-small.why':
    'les parties de {{asked}} octets sont refusées en chemin, celles de {{taken}} passent : les livraisons durent plus longtemps',
  'check.parts-small.todo':
    'relever la limite devant le site : client_max_body_size 16m (nginx), LimitRequestBody (Apache), post_max_size (PHP)',
  'check.certificate-ended.why': 'le certificat du site a expiré ; jours depuis : {{days}}',
  'check.certificate-ended.todo': 'le renouveler sur le serveur web de {{url}}',
  'check.certificate-ends.why': 'le certificat du site expire bientôt ; jours restants : {{days}}',
  'check.certificate-ends.todo': 'vérifier qu’il est renouvelé sur le serveur web de {{url}}',
  'check.tls-unseen.why': 'le site croit nos appels sans protection : il ne sait pas que TLS se termine devant lui',
  'check.tls-unseen.todo': 'dans le config.php du site : $CFG->sslproxy = true;',
  'check.cron-never.why': 'le cron n’a jamais tourné sur le site : sauvegardes et restaurations attendraient toujours',
  'check.cron-never.todo': 'chaque minute, sous l’utilisateur du serveur web : php admin/cli/cron.php',
  'check.cron-stopped.why':
    'le cron a tourné pour la dernière fois il y a {{minutes}} min : sauvegardes et restaurations attendent',
  'check.cron-stopped.todo':
    'le relancer, chaque minute, sous l’utilisateur du serveur web : php admin/cli/cron.php ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.cron-late.why':
    'le cron a tourné pour la dernière fois il y a {{minutes}} min : les cours attendent autant, deux fois',
  'check.cron-late.todo':
    'le faire tourner chaque minute : php admin/cli/cron.php ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.tasks-waiting.why': 'des tâches à nous attendent le cron : {{tasks}}, la première depuis {{minutes}} min',
  'check.tasks-waiting.todo':
    'lancer php admin/cli/cron.php sur le site et lire ce qu’il affiche ; voir {{url}}/admin/tool/task/scheduledtasks.php',
  'check.clock.why':
    'l’horloge du site diffère de la nôtre de {{seconds}} s : les personnes qui en viennent peuvent être refusées',
  'check.clock.todo': 'régler les deux par le réseau : timedatectl set-ntp true',
  'check.protocol.why': 'il parle les versions {{min}} à {{max}} du protocole des agents, et pas les nôtres',
  'check.protocol.todo': 'mettre à jour le plus ancien des deux : le plugin du site, ou Jouvence',
  'check.release-old.why': 'cette version de Moodle est trop ancienne pour le profil {{profile}}',
  'check.release-old.todo': 'une source demande Moodle 3.9 ou plus récent, une cible 4.1 ou plus récent',
  'check.release-untried.why': 'Jouvence n’a pas été essayé avec cette version de Moodle',
  'check.release-untried.todo': 'essayer d’abord avec un cours, et comparer',
  'check.maintenance.why':
    'le site est en maintenance : ses utilisateurs ne peuvent pas entrer, les cours peuvent toujours être transportés',
  'check.maintenance.todo': '',
  'check.other-site.why': 'ce n’est plus le site connu sous le nom {{site}} : son identifiant de site est un autre',
  'check.other-site.todo': 'jouvence sites remove {{site}}, puis l’ajouter à nouveau',
  'check.clone.why':
    'il a l’identifiant de site de {{other}} : l’un est une copie de l’autre, et Moodle confondrait leurs utilisateurs',
  'check.clone.todo':
    'sur la copie : php admin/cli/cfg.php --name=siteidentifier --set="$(openssl rand -hex 16)" après avoir supprimé cache/bootstrap.php et localcache/bootstrap.php de son répertoire de données ; puis jouvence sites remove et l’ajouter à nouveau',
  'check.address-other.why': 'le site se nomme {{wwwroot}}',
  'check.address-other.todo': 's’il a déménagé, l’associer sous cette adresse',
  'check.address-open.why':
    'notre jeton ouvre le site depuis n’importe quelle adresse ; il nous voit venir de {{address}}',
  'check.address-open.todo': 'le limiter à la prochaine association : {{setup}} --ip={{address}}',
  'check.key-changed.why':
    'le site signe avec une autre clé que lors de son association : personne ne peut entrer de là',
  'check.key-changed.todo': 'si c’est voulu, l’associer à nouveau : jouvence sites add {{site}}',
  'check.entrance-other.why': 'le site envoie les personnes qui entrent vers {{told}}, et notre adresse est {{ours}}',
  'check.entrance-other.todo': 'l’associer à nouveau, par un code : jouvence sites add {{site}}',

  'check.block-token.why':
    'le site n’accepte pas notre jeton : il a expiré, a été révoqué, ou ne vaut pas depuis notre adresse ({{said}})',
  'check.block-token.todo':
    'le regarder dans {{url}}/admin/webservice/tokens.php ; ou en faire un nouveau là-bas pour le service {{service}}, puis : jouvence sites set-token {{site}} --profile source',
  'check.block-functions.why': 'le service {{service}} n’offre pas ces fonctions du bloc de Strasbourg',
  'check.block-functions.todo': 'faire mettre le bloc à jour là-bas (php admin/cli/upgrade.php), ou réparer le service',
  'check.block-forbidden.why': 'le compte du jeton n’en a pas le droit : il lui faut {{capability}} ({{said}})',
  'check.block-forbidden.todo':
    'php blocks/my_external_backup_restore_courses/cli/install_server.php là-bas donne à son compte ce qu’il lui faut ; voir son rôle dans {{url}}/admin/roles/manage.php',
  'check.block-downloads.why': 'les sauvegardes n’ont pas pu être téléchargées ({{said}})',
  'check.block-downloads.todo':
    'dans {{url}}/admin/settings.php?section=externalservices, permettre au service le téléchargement de fichiers ; voir si quelque chose, devant le site, retient les adresses de son bloc',
  'check.block-admin.why': 'le jeton appartient à un administrateur du site : qui a le jeton a le site',
  'check.block-admin.todo':
    'faire un compte pour cela (php blocks/my_external_backup_restore_courses/cli/install_server.php là-bas), puis : jouvence sites set-token {{site}} --profile source',
  'check.block-roles.why':
    'dans cette version du bloc, c’est son propre réglage search_roles qui dit qui peut emporter un cours, et non l’association ({{roles}})',
  'check.block-roles.todo':
    'vérifier que les deux disent la même chose : {{url}}/admin/settings.php?section=blocksettingmy_external_backup_restore_courses',
  'check.block-limits.why':
    'seul le bloc de Strasbourg est là : ce que contient un cours n’est connu qu’à l’arrivée de son archive, une sauvegarde est un long appel sans progression ni moyen de l’arrêter, son archive reste sur le site, et l’on ne connaît ni collègues, ni autres identifiants, ni droits',
  'check.block-limits.todo': 'y installer local_jouvence, si c’est possible, pour avoir tout cela',
  'check.block-people.why': 'cette version du bloc ne donne pas les données des participants',
  'check.block-people.todo': 'demander les cours sans elles, ou faire mettre le bloc à jour en version 3.0 ou suivante',

  yes: 'oui',
  no: 'non',
  none: 'aucun',

  'notice.subject.done': 'Arrivé : {{course}}',
  'notice.subject.partly': 'Arrivé, à vérifier : {{course}}',
  'notice.subject.failed': 'Pas arrivé : {{course}}',
  'notice.subject.refused': 'Ne peut pas être porté : {{course}}',
  'notice.subject.cancelled': 'Annulé : {{course}}',
  'notice.done': 'Le cours « {{course}} », de « {{source}} », est arrivé sur « {{target}} ».',
  'notice.partly':
    'Le cours « {{course}} », de « {{source}} », est arrivé sur « {{target}} ». Une partie a été laissée de côté ou changée.',
  'notice.partly.report': 'Ce qui a été laissé de côté ou changé est dans son rapport.',
  'notice.failed':
    'Le cours « {{course}} », de « {{source}} », n’a pas pu être porté sur « {{target}} ». Il n’en reste rien là-bas.',
  'notice.failedAfter':
    'Le cours « {{course}} », de « {{source}} », est arrivé sur « {{target}} », mais la suite n’a pas réussi.',
  'notice.failed.todo':
    'Un nouvel essai est possible. Les responsables de ce service le voient dans leur liste, avec la raison.',
  'notice.refused': 'Le cours « {{course}} », de « {{source}} », ne peut pas être porté tel quel sur « {{target}} ».',
  'notice.refused.todo':
    'Un nouvel essai n’y changera rien. Les responsables de ce service peuvent vous dire que faire.',
  'notice.cancelled':
    'Le cours « {{course}} », de « {{source}} », ne viendra pas sur « {{target}} » : la demande a été annulée.',
  'notice.cancelledBy':
    'Le cours « {{course}} », de « {{source}} », ne viendra pas sur « {{target}} » : la demande a été annulée par {{by}}.',
  'notice.category': 'Il se trouve dans la catégorie « {{category}} ».',
  'notice.detail': 'En détail (en anglais) : {{message}}',
  'notice.for': 'Demandé pour {{person}}.',
  'notice.askedBy': 'Demandé par {{actor}}.',
  'notice.localOperator': 'les responsables de ce service',
  'notice.moreLines_one': '{{count}} autre ligne se trouve dans le rapport.',
  'notice.moreLines_other': '{{count}} autres lignes se trouvent dans le rapport.',
  'notice.why.person': 'Vous recevez ce message parce qu’un cours a été demandé en votre nom sur « {{target}} ».',
  'notice.why.operator':
    'Vous recevez ce message parce que vous l’avez demandé. Pour changer ce qui vous est annoncé : jouvence notices preferences',
  'notice.choose': 'Vos demandes, et ce qui vous est annoncé',
  'notice.link.course': 'Ouvrir le cours',
  'notice.link.requests': 'Voir toutes les demandes',
  'notice.link.jouvence': 'Ouvrir Jouvence',
  'notice.digest.own': 'Voici ce que sont devenus les cours demandés :',
  'notice.digest.from': 'de « {{source}} »',
  'notice.digest.more_one': 'et {{count}} autre',
  'notice.digest.more_other': 'et {{count}} autres',
  'notice.digest.subject': 'Vos cours : {{counts}}',
  'notice.digest.count.done_one': '{{count}} arrivé',
  'notice.digest.count.done_other': '{{count}} arrivés',
  'notice.digest.count.partly_one': '{{count}} à vérifier',
  'notice.digest.count.partly_other': '{{count}} à vérifier',
  'notice.digest.count.failed_one': '{{count}} pas arrivé',
  'notice.digest.count.failed_other': '{{count}} pas arrivés',
  'notice.digest.count.refused_one': '{{count}} refusé',
  'notice.digest.count.refused_other': '{{count}} refusés',
  'notice.digest.count.cancelled_one': '{{count}} annulé',
  'notice.digest.count.cancelled_other': '{{count}} annulés',
  'notice.digest.heading.done_one': 'Arrivé ({{count}})',
  'notice.digest.heading.done_other': 'Arrivés ({{count}})',
  'notice.digest.heading.partly_one': 'Arrivé, à vérifier ({{count}})',
  'notice.digest.heading.partly_other': 'Arrivés, à vérifier ({{count}})',
  'notice.digest.heading.failed_one': 'Pas arrivé ({{count}})',
  'notice.digest.heading.failed_other': 'Pas arrivés ({{count}})',
  'notice.digest.heading.refused_one': 'Ne peut pas être porté ({{count}})',
  'notice.digest.heading.refused_other': 'Ne peuvent pas être portés ({{count}})',
  'notice.digest.heading.cancelled_one': 'Annulé ({{count}})',
  'notice.digest.heading.cancelled_other': 'Annulés ({{count}})',
  'notice.admin.subject.failure': 'Échec : {{course}} ({{source}} → {{target}})',
  'notice.admin.subject.digest': 'Jouvence : {{counts}}',
  'notice.admin.subject.stuck': 'Bloqué : {{course}}',
  'notice.admin.subject.worker': 'Aucun processus de travail ne tourne',
  'notice.admin.subject.cron': 'Le cron de {{site}} est arrêté',
  'notice.admin.subject.site.failing': '{{site}} ne répond pas',
  'notice.admin.subject.site.back': '{{site}} est de retour',
  'notice.admin.subject.token.soon': 'Le jeton de {{site}} expire le {{date}}',
  'notice.admin.subject.token.failing': 'Le jeton de {{site}} ne se renouvelle pas',
  'notice.admin.count.failure_one': '{{count}} échec',
  'notice.admin.count.failure_other': '{{count}} échecs',
  'notice.admin.count.stuck_one': '{{count}} blocage',
  'notice.admin.count.stuck_other': '{{count}} blocages',
  'notice.admin.count.site_one': '{{count}} nouvelle de sites',
  'notice.admin.count.site_other': '{{count}} nouvelles de sites',
  'notice.admin.count.token_one': '{{count}} jeton',
  'notice.admin.count.token_other': '{{count}} jetons',
  'notice.admin.digest': 'Voici ce qui s’est passé depuis le dernier message :',
  'notice.admin.times_one': '{{count}} cours :',
  'notice.admin.times_other': '{{count}} cours :',
  'notice.admin.waiting_one': '{{count}} demande l’attend.',
  'notice.admin.waiting_other': '{{count}} demandes l’attendent.',
  'notice.admin.stuck': 'Le cours {{course}} n’avance plus : {{step}}, depuis le {{since}}.',
  'notice.admin.worker': 'Aucun processus de travail n’a été vu depuis le {{since}} : rien n’est porté.',
  'notice.admin.cron': 'Le cron de {{site}} n’a pas tourné depuis le {{since}} : ce qui lui est destiné attend.',
  'notice.admin.site.failing': '{{site}} ne répond pas depuis le {{since}}.',
  'notice.admin.site.todo': 'Ce qui l’attend reprend de soi-même dès qu’il répond de nouveau.',
  'notice.admin.site.back': '{{site}} répond de nouveau ; ce n’était plus le cas depuis le {{since}}.',
  'notice.admin.token.soon': 'Le jeton ({{profile}}) de {{site}} expire le {{since}} et n’a pas été renouvelé.',
  'notice.admin.token.failing':
    'Le jeton ({{profile}}) de {{site}} n’a pas pu être renouvelé ; il expire le {{since}}.',
  'notice.admin.token.todo':
    'Un essai est fait chaque jour. Une fois le jeton expiré, il faut associer le site de nouveau par un code.',
  'notice.admin.commands': 'Commandes :',
  'notice.admin.why.operator':
    'Vous recevez ce message parce que vous êtes responsable de sites dans Jouvence. Pour changer ce qui vous est annoncé : jouvence notices preferences',
  'notice.admin.why.address':
    'Vous recevez ce message parce que le réglage notices.administrators contient cette adresse.',
  'notice.test.subject': 'Jouvence : un essai',
  'notice.test.text': 'Ce message a été demandé par {{actor}} pour voir si le courrier part. Il part.',
  'role.operator': 'opérateur',
  'role.school': 'opérateur d’établissement',
  'role.auditor': 'auditeur',
};
