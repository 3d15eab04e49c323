import type { localCliEn } from './local.en.ts';

export const localCliFr: Record<keyof typeof localCliEn, string> = {
  'cli.local.start': 'servir avec la démonstration : deux anciens campus et un nouveau',
  'cli.local.serve': 'faire tourner API, processus de travail et sites embarqués sur un répertoire de données',
  'cli.local.work': 'ajouter un processus de travail, ici ou ailleurs, avec les mêmes DATABASE_URL et clé secrète',
  'cli.local.demo': 'porter cinq cours entre trois campus, comparer ce qui est arrivé, et finir',
  'cli.local.migrate': 'mettre la base de données à jour ; un serveur le fait de lui-même au démarrage',
  'cli.local.backup': 'écrire tout dans un seul fichier, même quand le serveur tourne ; la clé des secrets n’y est pas',
  'cli.local.restore': 'remettre une sauvegarde à la place d’une installation vide ; arrêtez d’abord le serveur',
  'cli.local.secrets': 'la clé qui scelle les jetons des sites',
  'cli.local.secrets.status':
    'dire quelles clés existent, combien de secrets chacune a scellés, et ce qu’aucune n’ouvre',
  'cli.local.secrets.rotate': 'créer une nouvelle clé et tout sceller de nouveau, sans rien arrêter',
  'cli.local.config': 'ce qui est configuré, et d’où',
  'cli.local.config.show': 'chaque clé, sa valeur et d’où elle vient ; les secrets sont cachés',
  'cli.local.config.check': 'dire si la configuration est utilisable, et ce qui ne l’est pas',
  'cli.local.demo.remove':
    'enlever les sites, cours, comptes et demandes de la démonstration ; arrêtez d’abord le serveur',
  'cli.local.mbz':
    'regarder des sauvegardes Moodle et en faire d’autres : inspecter, vérifier, comparer, extraire, réécrire, écrire',
};
