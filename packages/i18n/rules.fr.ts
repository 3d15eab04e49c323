import type { rulesEn } from './rules.en.ts';

export const rulesFr: Record<keyof typeof rulesEn, string> = {
  'refusal.pair-missing': 'Les cours de {{source}} ne vont pas vers {{target}}.',
  'refusal.person-missing': 'Personne ne s’appelle {{person}} sur {{target}}.',
  'refusal.person-suspended': 'Le compte {{person}} est suspendu sur {{target}}.',
  'refusal.person-ambiguous': 'Plusieurs comptes s’appellent {{person}} sur {{target}}.',
  'refusal.nobody': 'Seuls les opérateurs font transporter des cours sans demandeur.',
  'refusal.nobody-needs-both':
    'Vous vous occupez de {{target}}, et non de {{source}} : ne transporte ses cours pour personne que celui qui s’occupe des deux. Dites pour qui.',
  'refusal.others': 'Vous êtes {{sender}} et ne pouvez pas demander au nom de {{person}} ({{capability}}).',
  'refusal.course-not-yours': '{{person}} n’a aucun de ces rôles dans le cours {{course}} de {{source}} : {{roles}}.',
  'refusal.course-unknown-person': '{{person}} n’est pas connu sur {{source}}.',
  'refusal.course-missing': 'Il n’y a pas de cours {{course}} sur {{source}}.',
  'refusal.category-missing': 'La catégorie {{id}} de {{target}} n’existe pas, ou plus.',
  'refusal.category-default-missing':
    'La catégorie par défaut des cours qui ne vont pas ailleurs n’existe pas sur {{target}} : un opérateur la règle (category.default).',
  'refusal.category-original-off': 'Sur {{target}}, les cours ne sont pas mis dans leur catégorie d’origine.',
  'refusal.rights-lacking': 'Dans la catégorie {{category}} de {{target}}, {{person}} n’a pas : {{capabilities}}.',
  'refusal.people-choice': 'Sur {{target}}, ce n’est pas à vous de choisir si les données des participants viennent.',
  'refusal.enrolments-choice':
    'Sur {{target}}, ce n’est pas à vous de choisir comment les personnes sont inscrites : c’est « {{value}} ».',
  'refusal.keepIdnumber-choice': 'Garder l’idnumber est au choix des opérateurs.',
  'refusal.keepFileAuthors-choice': 'Garder les auteurs des fichiers est au choix des opérateurs.',
  'refusal.right-withdrawn': '{{person}} n’a plus la capacité par laquelle cela avait été demandé ({{capability}}).',
  'refusal.carried-already': '« {{course}} » a déjà été transporté vers {{target}}, pour {{by}}, le {{at}} : {{url}}',
  'refusal.on-its-way': '« {{course}} » est déjà en chemin vers {{target}} : {{by}} l’a demandé le {{at}}.',
  'refusal.twice': 'Le cours {{source}}:{{course}} est demandé deux fois à la fois.',
  'refusal.people-not-given':
    '{{source}} ne donne pas les données des participants : sa version du bloc de Strasbourg est trop ancienne. Demandez le cours sans elles.',
  'refusal.too-large': 'Il fait {{size}} Mo, et au plus {{most}} Mo sont transportés.',
  'refusal.too-many-open':
    '{{person}} a {{open}} demandes qui ne sont pas finies et peut en avoir {{most}} : attendez-en la fin, ou annulez-en.',
  'refusal.setting-changed':
    '{{key}} a changé entre-temps (par {{by}}) : la valeur est maintenant {{value}}. Regardez-la, puis décidez à nouveau.',
  'refusal.pair-changed':
    'L’association {{source}} → {{target}} a changé entre-temps (par {{by}}) : elle est maintenant {{rules}}. Regardez-la, puis décidez à nouveau.',
  'refusal.pair-removed': 'L’association {{source}} → {{target}} a été retirée entre-temps : décidez à nouveau.',
  'refusal.colleagues-off': 'Sur {{target}}, les collègues ne s’inscrivent pas eux-mêmes.',
  'refusal.enrol-role-missing':
    'Les réglages inscrivent les personnes sur {{target}} avec le rôle « {{role}} », et aucun rôle de ce nom ne peut y être donné. Qui fait marcher ce service en choisit un autre.',
  'refusal.course-not-there': 'Le cours de la demande {{request}} n’est pas sur {{target}}, ou n’y est plus.',

  'refusal.enrol-whom': 'Dites qui inscrire, par son nom d’utilisateur sur la cible.',
  'refusal.enrol-others': 'Vous êtes {{person}} : les autres s’inscrivent eux-mêmes.',

  'category.why.no-key': 'celle par défaut : sa catégorie à la source n’a pas de {{key}}',
  'category.why.no-match': 'celle par défaut : aucune catégorie n’y a la même clé ({{key}})',
  'category.why.several': 'celle par défaut : plusieurs catégories y ont la même clé ({{key}})',
  'category.why.original-off': 'celle par défaut : les réglages ne laissent aucun cours dans celle d’origine',
  'category.why.key-refused':
    'celle par défaut : un site ne donne pas la clé par laquelle les catégories sont les mêmes ({{key}})',
  'category.is.original': 'la même qu’à la source',
  'category.is.default': 'celle par défaut',
  'category.is.id': 'celle qui a été nommée',

  'report.site-paused-waits.why.named': 'les responsables du service l’ont mis en pause : {{because}}',
  'report.site-paused-waits.why': 'les responsables du service l’ont mis en pause',
  'report.site-paused-waits.todo': 'rien n’est à faire : le cours attend, et partira tout seul à la reprise du site',
  'report.people-would-stop.why.named':
    'pour {{count}} des {{of}} personnes qui ont un rôle dans le cours, aucun compte sûr n’est trouvé sur {{target}}, où les cours de {{source}} n’en créent pas : avec elles, tout le cours est refusé',
  'report.people-would-stop.why':
    'pour ces personnes, aucun compte sûr n’est trouvé sur la cible, où cette association n’en crée pas : avec elles, tout le cours est refusé',
  'report.people-would-stop.todo':
    'demandez le cours sans les données des participants, faites d’abord créer les comptes, ou faites autoriser l’association à les créer par qui fait marcher ce service',
  'report.people-all-known.why.named':
    'les {{of}} personnes qui ont un rôle dans le cours ont toutes un compte sur {{target}} ; les cours de {{source}} n’y en créent pas : si l’archive contient quelqu’un d’autre sans compte, elle est refusée',
  'report.people-all-known.why':
    'toutes les personnes qui ont un rôle dans le cours ont un compte sur la cible, où cette association n’en crée pas : si l’archive contient quelqu’un d’autre sans compte, elle est refusée',
  'report.people-all-known.todo': '',
  'report.people-must-be-known.why.named':
    'les cours de {{source}} ne créent pas de comptes sur {{target}} : si une personne du cours n’en a pas, tout le cours est refusé ; lesquelles, cela n’a pas pu être demandé',
  'report.people-must-be-known.why':
    'cette association ne crée pas de comptes sur la cible : si une personne du cours n’en a pas, tout le cours est refusé ; lesquelles, cela n’a pas pu être demandé',
  'report.people-must-be-known.todo':
    'demandez le cours sans les données des participants, faites d’abord créer les comptes, ou faites autoriser l’association à les créer par qui fait marcher ce service',
  'report.people-not-chosen.why':
    'les données des participants étaient demandées ; les réglages ont changé depuis, et elles ne viennent pas',
  'report.people-not-chosen.todo': 'demandez à un opérateur si le cours est nécessaire avec elles',
  'report.enrolments-not-chosen.why':
    'un autre mode d’inscription était demandé ; les réglages ont changé depuis et ne le permettent plus',
  'report.enrolments-not-chosen.todo': 'demandez à un opérateur si c’est nécessaire comme c’était demandé',
  'report.idnumber-not-chosen.why':
    'l’idnumber devait être gardé ; les réglages ont changé depuis et ne le permettent plus',
  'report.idnumber-not-chosen.todo': 'saisissez-le dans les paramètres du cours si d’autres systèmes en ont besoin',
  'report.authors-not-chosen.why':
    'les auteurs des fichiers devaient être gardés ; les réglages ont changé depuis et ne le permettent plus',
  'report.authors-not-chosen.todo': 'demandez à un opérateur s’ils sont nécessaires',
  'report.requester-not-enrolled.why': 'selon les réglages, qui demande un cours n’y est pas inscrit',
  'report.requester-not-enrolled.todo': 'faites-vous y inscrire, si vous n’y entrez pas autrement',
  'report.enrolments-never-people.why':
    'personne ne garde sa méthode d’inscription : toutes les personnes de l’archive sont inscrites manuellement',
  'report.enrolments-never-people.todo': '',
  'report.enrolments-never-nobody.why':
    'sans données des participants, l’archive ne contient personne : personne ne vient, ni aucune méthode d’inscription',
  'report.enrolments-never-nobody.todo': '',
  'report.enrolments-withusers-people.why':
    'les méthodes d’inscription viennent avec leurs personnes ; celles par cohorte et par méta-cours d’un autre site ne viennent pas',
  'report.enrolments-withusers-people.todo': '',
  'report.enrolments-withusers-nobody.why':
    'sans données des participants, personne ne vient, ni aucune méthode d’inscription',
  'report.enrolments-withusers-nobody.todo': '',
  'report.enrolments-always-people.why':
    'les méthodes d’inscription viennent avec leurs personnes ; celles par cohorte et par méta-cours d’un autre site ne viennent pas',
  'report.enrolments-always-people.todo': '',
  'report.enrolments-always-nobody.why':
    'les méthodes d’inscription viennent, comme l’auto-inscription avec sa clé, et n’inscrivent personne',
  'report.enrolments-always-nobody.todo': '',
};
