import type { reportEn } from './report.en.ts';

export const reportFr: Record<keyof typeof reportEn, string> = {
  'report.what.activity': '{{module}} « {{title}} »',
  'report.what.counted': '{{part}} sur {{all}} {{thing}}',
  'report.what.some': '{{number}} {{thing}}',
  'report.what.proof': 'personnes : {{people}}, identifiants : {{ids}}, noms : {{names}}',
  'report.what.method_one': '{{method}} : {{count}} personne',
  'report.what.method_other': '{{method}} : {{count}} personnes',
  'report.what.choice': '{{choice}} : {{value}}',
  'report.what.block': 'bloc de Strasbourg {{version}}',
  'report.thing.sections': 'sections',
  'report.thing.files': 'fichiers',
  'report.thing.people': 'personnes',
  'report.thing.questions': 'questions',
  'report.choice.people': 'données des participants',
  'report.choice.enrolments': 'inscriptions',
  'report.choice.keepIdnumber': 'garder l’idnumber',
  'report.choice.keepFileAuthors': 'garder qui a déposé les fichiers',
  'report.choice.true': 'oui',
  'report.choice.false': 'non',
  'report.choice.never': 'jamais',
  'report.choice.withusers': 'seulement avec leurs personnes',
  'report.choice.always': 'toujours',
  'report.outline-none.what': 'aperçu',
  'report.nothing-left.what': 'toutes les activités',
  'report.lti-foreseen.what': 'outils externes',
  'report.people-none-left.what': 'données des participants',
  'report.people-none.what': 'données des participants',
  'report.people-matched.what': 'données des participants',
  'report.more-of-the-same.what': 'd’autres du même genre',

  'report.module-missing.why.named':
    'le module mod_{{module}} n’est pas installé sur {{target}} : l’activité est laissée de côté',
  'report.module-missing.why': 'ce module d’activité n’est pas installé sur la cible : l’activité est laissée de côté',
  'report.module-missing.todo.named':
    'demandez l’installation de mod_{{module}} sur {{target}}, ou remplacez l’activité par une autre',
  'report.module-missing.todo': 'demandez l’installation du module, ou remplacez l’activité par une autre',
  'report.module-off.why.named':
    'le module mod_{{module}} est désactivé sur {{target}} : ses activités arrivent, et personne ne les voit',
  'report.module-off.why':
    'ce module d’activité est désactivé sur la cible : ses activités arrivent, et personne ne les voit',
  'report.module-off.todo': 'demandez l’activation du module',
  'report.nothing-left.why': 'aucune des activités ne peut être restaurée sur la cible',
  'report.nothing-left.todo': 'choisissez une autre cible, ou demandez l’installation des modules',
  'report.format-missing.why':
    'ce format de cours n’est pas installé sur la cible : le cours est montré dans celui par défaut, rien n’est perdu',
  'report.format-missing.todo': 'choisissez un format dans les paramètres du cours',
  'report.qtype-missing.why':
    'ce type de question n’est pas installé sur la cible : on ne peut pas répondre à ses questions',
  'report.qtype-missing.todo': 'demandez ce type de question, ou remplacez ces questions',
  'report.block-missing.why': 'ce bloc n’est pas installé sur la cible : il est laissé de côté',
  'report.block-missing.todo': 'demandez ce bloc, ou employez-en un autre',
  'report.availability-missing.why':
    'les restrictions de ce genre sont perdues, et ce qu’elles cachaient peut être ouvert',
  'report.availability-missing.todo': 'parcourez les restrictions du cours',
  'report.theme-missing.why': 'ce thème n’est pas installé sur la cible : le cours est montré dans celui du site',
  'report.theme-missing.todo': '',
  'report.enrol-missing.why': 'les personnes inscrites par cette méthode ne le sont pas par elle sur la cible',
  'report.enrol-missing.todo': '',
  'report.filter-missing.why':
    'ce filtre n’est pas installé sur la cible : les textes qui l’emploient montrent leur écriture brute',
  'report.filter-missing.todo': 'parcourez les textes du cours',
  'report.plugin-missing.why': 'ce plugin n’est pas installé sur la cible : ce que le cours y garde est laissé de côté',
  'report.plugin-missing.todo': 'demandez son installation',
  'report.release-old.why': 'la sauvegarde vient d’une version de Moodle trop ancienne pour être restaurée',
  'report.release-old.todo': 'mettez l’ancien site à jour, ou restaurez-en une sauvegarde à la main',
  'report.release-untried.why': 'la sauvegarde vient d’une version de Moodle dont la restauration n’a pas été essayée',
  'report.release-untried.todo': 'parcourez le cours quand il sera arrivé',
  'report.release-new.why':
    'la sauvegarde vient d’une branche de Moodle plus récente : la cible ne sait pas restaurer ce qu’elle a fait',
  'report.release-new.todo':
    'choisissez une cible de cette version ou d’une plus récente, ou faites mettre la cible à jour',
  'report.release-newer.why':
    'la sauvegarde vient d’un Moodle plus récent que la cible : ses nouveautés sont laissées de côté',
  'report.release-newer.todo': 'choisissez une cible de cette version ou d’une plus récente',
  'report.people-none.why': 'personne ne participe au cours : il n’y a rien à porter',
  'report.people-none.todo': '',
  'report.people-matched.why.named':
    'cherchées sur {{target}} par la règle de la paire : {{people}} ; une seule que l’on n’y distingue pas d’une autre arrête le cours',
  'report.people-matched.why':
    'les personnes sont cherchées sur la cible par la règle de la paire ; une seule que l’on ne distingue pas d’une autre arrête le cours',
  'report.people-matched.todo': '',
  'report.people-out.why':
    'les personnes et la paternité ont été retirées, puis l’archive relue à la recherche de leurs lignes, identifiants et noms',
  'report.people-out.todo': '',
  'report.people-none-left.why':
    'la source avait déjà laissé les personnes de côté ; l’archive a été relue, sans y trouver leurs lignes ni de paternité',
  'report.people-none-left.todo': '',
  'report.name-in-text.why':
    'un texte du cours contient le nom ou l’adresse d’une de ses personnes ; les textes sont portés tels quels',
  'report.name-in-text.todo': 'relisez ce texte dans le nouveau cours, et retirez le nom s’il ne doit pas y être',
  'report.people-made.why.named':
    'personne sur {{target}} n’est l’une d’elles : un compte est créé pour chacune, sans mot de passe',
  'report.people-made.why':
    'personne sur la cible n’est l’une d’elles : un compte est créé pour chacune, sans mot de passe',
  'report.people-made.todo': 'elles se connectent par la méthode de leur compte, ou demandent un nouveau mot de passe',
  'report.admin-renamed.why':
    'sur la cible ce nom est celui d’un administrateur du site avec une autre adresse : la personne de la source y reçoit un autre nom',
  'report.admin-renamed.todo':
    'rien, sauf si c’est la même personne : donnez alors la même adresse aux deux comptes avant le prochain cours',
  'report.person-ambiguous.why': 'plusieurs comptes de la cible pourraient être celui de cette personne',
  'report.person-ambiguous.todo':
    'faites y corriger les comptes, cherchez par un autre champ, ou demandez le cours sans les données des participants',
  'report.person-method.why':
    'd’un côté, le compte se connecte par une méthode dont les comptes ne sont pas rapprochés : chacun peut y choisir son nom',
  'report.person-method.todo':
    'si c’est la même personne, faites changer la méthode ou autorisez-la pour cette paire ; ou demandez le cours sans les données des participants',
  'report.person-taken.why':
    'le nom d’utilisateur ou l’adresse est à quelqu’un d’autre sur la cible, d’après la règle de la paire',
  'report.person-taken.todo':
    'si c’est la même personne, faites corriger les comptes ou cherchez par un autre champ ; ou demandez le cours sans les données des participants',
  'report.person-missing.why': 'cette personne n’a pas de compte sur la cible, et cette paire ne peut pas en créer',
  'report.person-missing.todo':
    'faites y créer le compte, autorisez la paire à créer des personnes, ou demandez le cours sans les données des participants',
  'report.person-twice.why': 'd’après la règle de la paire, deux personnes de l’archive deviendraient un seul compte',
  'report.person-twice.todo':
    'faites corriger les comptes sur la source, cherchez par un autre champ, ou demandez le cours sans les données des participants',
  'report.release-build.why':
    'la source a une version corrective plus récente du même Moodle : les cours sont restaurés quand même',
  'report.release-build.todo': '',
  'report.lti-secret.why':
    'la clé et le secret de cet outil externe sont chiffrés par une clé de la source, et ne voyagent pas',
  'report.lti-secret.todo': 'saisissez-les de nouveau dans les paramètres de l’outil',
  'report.lti-site-tool.why':
    'cette activité emploie un outil déclaré pour tout le site source : ces outils ne sont pas dans une sauvegarde',
  'report.lti-site-tool.todo':
    'faites déclarer l’outil sur la cible, puis choisissez-le dans les paramètres de l’activité',
  'report.lti-registration.why':
    'cet outil connaît le site par un enregistrement : sur la cible il reçoit un autre identifiant de client',
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
  'report.people-mnet.why': 'ces personnes viennent d’un autre Moodle par MNet : la cible les prend pour les siennes',
  'report.people-mnet.todo': 'rien, si elles se connectent à la cible elle-même',
  'report.name-changed.why.named': 'c’était « {{was}} », qu’un autre cours y porte déjà ou qui y est trop long',
  'report.name-changed.why': 'un autre cours y porte déjà ce nom : le nouveau en a reçu un autre',
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
    'une dérogation nomme une capacité que la cible ne connaît pas : elle est laissée de côté',
  'report.capability-missing.todo': '',
  'report.override-left-out.why':
    'notre compte sur la cible ne peut pas donner cette capacité à un rôle : la dérogation a été laissée de côté',
  'report.override-left-out.todo': 'refaites la dérogation dans les permissions du cours, si elle est toujours voulue',
  'report.plain-assignment.why': 'un plugin absent de la cible l’avait donné : c’en est maintenant un ordinaire',
  'report.plain-assignment.todo': '',
  'report.badges-left-out.why': 'Moodle n’emporte les badges qu’avec les personnes : sans elles, ils ne viennent pas',
  'report.badges-left-out.todo': 'refaites les badges, ou demandez le cours avec les personnes',
  'report.competencies-off.why': 'les compétences y sont désactivées : celles du cours ne viennent pas',
  'report.competencies-off.todo': '',
  'report.files-external.why':
    'certains fichiers sont des alias vers un dépôt de la source : ils ne viennent que comme références',
  'report.files-external.todo': 'mettez ces fichiers dans le cours même',
  'report.files-missing.why': 'le contenu de certains fichiers manque sur la source même',
  'report.files-missing.todo': 'cherchez dans le cours les fichiers qui ne s’ouvrent pas',
  'report.module-without-backup.why': 'ce module ne sait pas faire de sauvegarde : l’activité est laissée de côté',
  'report.module-without-backup.todo': 'refaites l’activité à la main',
  'report.service-account-enrolled.why':
    'Moodle a inscrit notre compte sur la cible au cours, et il n’a pas pu en être retiré',
  'report.service-account-enrolled.todo': 'retirez-le des participants, et relancez la mise en place sur la cible',
  'report.condition-lost.why': 'une condition d’accès nomme une chose qui n’a pas été restaurée',
  'report.condition-lost.todo': 'regardez les conditions d’accès de cette activité',
  'report.category-default.why.named':
    'le cours est allé dans la catégorie par défaut : il n’y en a pas une, et une seule, de clé {{key}}',
  'report.category-default.why': 'le cours est allé dans la catégorie par défaut',
  'report.category-default.todo': 'déplacez-le si sa place est ailleurs',
  'report.activity-lost.why': 'elle est dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.activity-lost.todo': 'regardez le cours sur la source ; demandez à l’administrateur de la cible',
  'report.section-lost.why': 'elles sont dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.section-lost.todo': 'regardez le cours sur la source ; demandez à l’administrateur de la cible',
  'report.file-lost.why': 'ils sont dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.file-lost.todo': 'ouvrez les fichiers du nouveau cours ; demandez à l’administrateur de la cible',
  'report.people-lost.why':
    'ces personnes sont inscrites dans l’archive, et pas dans le nouveau cours ; la cible n’a pas dit pourquoi',
  'report.people-lost.todo': 'inscrivez ces personnes à la main ; demandez à l’administrateur de la cible',
  'report.left-behind.why': 'ce qu’une étape avait fait sur un site n’a pas pu être enlevé',
  'report.left-behind.todo': 'rien pour l’enseignant ; un opérateur peut supprimer la tâche de cette clé sur le site',
  'report.role-missing.why': 'aucun rôle que l’on puisse donner sur la cible n’y correspond ; personne ne l’obtient',
  'report.role-missing.todo': 'donnez à la main un rôle de la cible à ces personnes',
  'report.enrolment-method-missing.why':
    'cette méthode d’inscription n’est pas installée ou pas active sur la cible : les personnes inscrites par elle ne viennent pas',
  'report.enrolment-method-missing.todo': 'inscrivez ces personnes par une méthode de la cible',
  'report.enrolment-method-bound.why':
    'cette méthode d’inscription renvoie au site d’où elle vient : les personnes inscrites par elle ne viennent pas',
  'report.enrolment-method-bound.todo': 'inscrivez ces personnes par une méthode de la cible',
  'report.target-silent.why': 'la cible ne répond pas en ce moment : on ne peut pas dire ce que le cours y deviendrait',
  'report.target-silent.why.named':
    '{{target}} ne répond pas en ce moment : on ne peut pas dire ce que le cours y deviendrait',
  'report.target-silent.todo': 'regardez à nouveau dans un moment',
  'report.outline-none.why':
    'le bloc de Strasbourg ne dit pas ce que contient un cours : on saura ce qu’il en adviendra quand son archive sera arrivée',
  'report.outline-none.todo': '',
  'report.people-not-given.why':
    'les réglages prévoient les données des participants ; cette version du bloc de Strasbourg n’en donne pas',
  'report.people-not-given.todo':
    'si elles sont nécessaires, faites mettre le bloc à jour en 3.0 ou plus, ou installer local_jouvence sur la source',
  'report.source-block.why':
    'la source répond par le bloc de Strasbourg : sa sauvegarde a été un seul appel, sans progression et sans moyen de l’arrêter en route',
  'report.source-block.todo': '',
  'report.backup-stays.why':
    'le bloc n’a aucun moyen de supprimer la sauvegarde faite pour cette demande : elle reste sur la source',
  'report.backup-stays.todo':
    'la faire supprimer là-bas, si la place ou la confidentialité le demande : dans la zone de sauvegarde du cours, ou dans les sauvegardes privées de son administrateur',
  'report.archive-content-missing.why': 'le contenu de ce fichier n’est pas dans l’archive',
  'report.archive-content-missing.todo':
    'cherchez le fichier dans le cours sur la source, où il manque sans doute aussi',
  'report.left-out-unknown.why': 'cela a été laissé de côté, parce que des données de personnes peuvent s’y trouver',
  'report.left-out-unknown.todo': 'demandez le cours avec les données des participants, si c’est nécessaire et permis',
  'report.idnumber-cleared.why':
    'Moodle ne reprend ni l’idnumber d’un cours d’un autre site, ni un idnumber déjà pris : le nouveau cours n’en a pas',
  'report.idnumber-cleared.todo':
    'saisissez un idnumber dans les paramètres du cours si d’autres systèmes en ont besoin',
  'report.idnumber-taken.why': 'un autre cours de la cible porte déjà cet idnumber : le nouveau n’en a pas',
  'report.idnumber-taken.todo': 'saisissez-en un autre dans les paramètres du cours si d’autres systèmes en ont besoin',
  'report.file-external.why': 'le fichier est conservé hors du site d’où il vient, et n’est pas dans la sauvegarde',
  'report.file-external.todo': 'déposez de nouveau le fichier dans le cours',
  'report.file-missing.why': 'le fichier est nommé dans la sauvegarde, et son contenu n’y est pas',
  'report.file-missing.todo': 'déposez de nouveau le fichier dans le cours',
  'report.more-of-the-same.why': 'il y en a d’autres de ce genre, qui ne sont pas énumérés',
  'report.more-of-the-same.todo': '',
};
