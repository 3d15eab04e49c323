import type { settingsEn } from './settings.en.ts';

export const settingsFr: Record<keyof typeof settingsEn, string> = {
  'setting.requests.people':
    'Si les données des participants viennent avec un cours quand personne n’en décide autrement.',
  'setting.requests.peopleChoice':
    'Qui peut choisir pour les données des participants : personne (nobody), qui a local/jouvence:chooseuserdata sur la cible (capability), ou tout le monde (everybody). Les opérateurs le peuvent, sauf si c’est personne.',
  'setting.requests.enrolments':
    'Comment les personnes d’un cours sont inscrites quand personne n’en décide autrement : never (toutes viennent inscrites manuellement), withusers (par leurs méthodes, seulement avec les données des participants), always (toujours).',
  'setting.requests.enrolmentsChoice':
    'Qui peut choisir pour les inscriptions : personne (nobody), selon la capacité (capability), ou tout le monde (everybody).',
  'setting.requests.oneInstance':
    'Un cours n’est apporté qu’une fois sur une cible : ses autres enseignants s’inscrivent dans celui qui y est. Il peut être apporté à nouveau quand ce cours a été supprimé.',
  'setting.requests.largestMegabytes': 'Plus grande archive transportée, en Mo ; 0 : sans limite.',
  'setting.requests.openPerPerson':
    'Combien de demandes d’une personne peuvent être en cours ou en attente ; 0 : sans limite.',
  'setting.requests.keepIdnumber': 'Si le nouveau cours reçoit le numéro d’identification de l’ancien, s’il est libre.',
  'setting.requests.keepFileAuthors':
    'Sans données des participants : si les fichiers gardent le nom de qui les a déposés, par exemple pour une licence.',

  'setting.category.default':
    'Identifiant de la catégorie de la cible pour les cours qui ne vont nulle part ailleurs ; vide : la catégorie par défaut que le site nomme lui-même.',
  'setting.category.original': 'Si un cours peut aller dans la catégorie qui est la même que celle de la source.',
  'setting.category.preferOriginal': 'Si c’est ce qui se fait quand personne ne choisit.',
  'setting.category.table':
    'Table de Moodle, sans préfixe, qui contient la clé partagée d’une catégorie sur les deux sites.',
  'setting.category.foreignKey': 'Colonne de cette table qui contient l’identifiant de la catégorie.',
  'setting.category.field': 'Colonne de cette table qui contient la clé partagée, qui doit être unique.',

  'setting.rights.courseCreate': 'Qui demande doit pouvoir créer des cours dans la catégorie (moodle/course:create).',
  'setting.rights.more': 'Autres capacités que doit avoir dans la catégorie la personne qui demande.',

  'setting.enrol.requester': 'Si la personne pour qui un cours a été apporté y est inscrite.',
  'setting.enrol.role': 'Nom abrégé du rôle avec lequel les personnes sont inscrites.',
  'setting.enrol.colleagues':
    'Si celles et ceux qui enseignaient le même cours sur la source peuvent s’inscrire dans celui qui a été apporté.',

  'setting.entrance.listed':
    'Si la page d’accueil nomme ce site à qui l’ouvre ; les personnes d’un site qui n’est pas nommé entrent depuis ce site même.',

  'setting.queue.backups': 'Combien de cours sont sauvegardés et récupérés en même temps d’une source.',
  'setting.queue.restores': 'Combien de cours sont remis à une cible et restaurés en même temps.',
  'setting.queue.hours':
    'Quand des cours sont commencés : plages hebdomadaires comme « mon-fri 20:00-06:00; sat,sun 00:00-24:00 » ; vide : toujours. Ce qui est commencé va à son terme.',
  'setting.queue.zone': 'Fuseau horaire de ces heures, comme Europe/Paris ; vide : celui de la cible.',

  'setting.notices.web': 'Les personnes sont prévenues par un message sur leur site.',
  'setting.notices.mail': 'Les personnes sont prévenues par courriel.',
  'setting.notices.language':
    'Langue des avis aux adresses nommées là, et aux personnes dont la langue n’est ni l’anglais ni le français.',
  'setting.notices.sourceAddress': 'Les avis donnent l’adresse de la source à côté de son nom.',
  'setting.notices.warnings': 'Les avis aux personnes listent ce qui a été perdu ou changé.',
  'setting.notices.administrators':
    'Adresses qui sont prévenues des échecs, du travail arrêté et des sources qui ne répondent plus.',
  'setting.notices.siteAdministrators':
    'Identifiants sur la cible qui apprennent la même chose par un message sur la plateforme, chacun dans sa langue ; chacun peut le couper là-bas.',
  'setting.notices.digestMinutes':
    'Après un avis aux administrateurs, ce qui suit pendant tant de minutes vient en un seul courriel ; 0 : chacun aussitôt.',
  'setting.notices.stuckMinutes': 'Un travail qui n’avance pas pendant tant de minutes est signalé.',

  'setting.retention.requestDays':
    'Les demandes terminées depuis plus longtemps sont effacées, avec leurs rapports. On sait toujours que leurs cours sont sur la cible, et non plus par qui.',
  'setting.retention.auditDays': 'Les lignes plus anciennes du journal d’audit sont effacées.',
  'setting.retention.tokenDays':
    'Les jetons de l’API qui n’ouvrent plus rien depuis plus longtemps sont retirés de la liste.',
  'setting.retention.noticeDays': 'Les avis plus anciens sont effacés.',

  'strasbourg.unknown': '{{name}} : Jouvence ne connaît pas ce réglage ; rien n’a été fait.',
  'strasbourg.unusable': '{{name}} : « {{value}} » n’est pas utilisable ; rien n’a été fait.',
  'strasbourg.profile':
    '{{name}} : ce à quoi sert un site se décide quand il est appairé (profil source ou target) ; rien à faire.',
  'strasbourg.repositories': '{{name}} : appartient à une version qui a été retirée ; rien à faire.',
  'strasbourg.same-hours':
    '{{name}} : commence et finit à {{time}}, ce qui y arrêtait tout ; rien n’a été fait, il n’y a donc pas de limite.',
  'strasbourg.hours-dead':
    '{{name}} : ce bloc ne regarde plus ses heures depuis sa version 3.0 ; rien n’a été fait, les cours partent à toute heure. S’il ne le faut pas : réglez queue.hours.',
  'strasbourg.enrolments':
    '{{name}} : qui y demande sans rien choisir reçoit les modes d’inscription du cours dans tous les cas ({{theirs}}), même sans données des participants ; ici c’est « {{ours}} ». Pour faire de même : jouvence settings set requests.enrolments {{theirs}} --target {{site}}.',
  'strasbourg.decided-by': '{{name}} : {{other}} dit la même chose à l’inverse, et décide ; rien n’a été fait.',
  'strasbourg.role-unknown':
    '{{name}} : personne ne peut être inscrit comme « {{value}} » sur {{site}} ; rien n’a été fait. Donnez à enrol.role l’un de ces rôles : {{roles}}.',
  'strasbourg.roles-empty': '{{name}} : ne nomme aucun rôle ; les paires gardent les leurs.',
  'strasbourg.roles-unknown':
    '{{name}} : personne ne peut être « {{roles}} » sur {{site}}, qui n’a pas ce rôle ; laissé de côté pour la paire qui en vient.',
  'strasbourg.roles-later':
    '{{name}} : aucune paire n’apporte encore de cours à cette cible : donnez-lui alors les rôles (--role {{roles}}).',
  'strasbourg.role-unasked':
    '{{name}} : le rôle {{value}} n’a pas pu être cherché sur la cible ({{why}}) ; réglez enrol.role par son nom abrégé.',
  'strasbourg.not-yours':
    '{{name}} : {{site}} n’est pas un de vos sites : qui peut prendre ses cours n’a pas été changé.',
  'strasbourg.pair':
    '{{name}} : {{url}} n’apporte pas encore de cours à cette cible : appairez-le (sites add, pairs add). Son jeton est pour le bloc et n’a pas été repris.',
  'strasbourg.locked': '{{name}} : {{key}} est fixé par {{origin}} ; rien n’a été fait.',
};
