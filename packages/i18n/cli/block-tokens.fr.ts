import type { blockTokensCliEn } from './block-tokens.en.ts';

export const blockTokensCliFr: Record<keyof typeof blockTokensCliEn, string> = {
  'cli.block-tokens':
    'les jetons par lesquels des Moodle avec le bloc de Strasbourg prennent des cours sur des sites embarqués',
  'cli.block-tokens.list': 'ceux d’un site, jamais leur valeur',
  'cli.block-tokens.create': 'un nouveau jeton ; sa ligne pour external_moodles est affichée une seule fois',
  'cli.block-tokens.revoke': 'un jeton n’ouvre plus rien',
  'cli.block-tokens.arg.site': 'nom du site embarqué',
  'cli.block-tokens.arg.name': 'son nom ici, par exemple celui du Moodle qui prend les cours',
  'cli.block-tokens.arg.id': 'son numéro dans la liste',
  'cli.block-tokens.option.days': 'jours avant qu’il expire, de 1 à 3650',
  'cli.block-tokens.option.role':
    'qui l’a dans un cours peut le recevoir ; plusieurs fois (par défaut : editingteacher)',
  'cli.block-tokens.option.people': 'avec les données des participants',
  'cli.block-tokens.option.anyCourse':
    'aussi tout cours pour personne en particulier, comme le demandent les administrateurs du bloc',
  'cli.block-tokens.option.ip':
    'adresse ou réseau d’où seulement il ouvre quelque chose ; plusieurs fois (par défaut : de partout)',
  'cli.block-tokens.column.gives': 'donne',
  'cli.block-tokens.column.from': 'depuis',
  'cli.block-tokens.people': 'données des participants',
  'cli.block-tokens.anyCourse': 'tout cours',
  'cli.block-tokens.everywhere': 'partout',
  'cli.block-tokens.empty': 'Personne ne prend de cours sur {{site}} : il n’y a pas de jeton.',
  'cli.block-tokens.created':
    'Jeton « {{name}} », jusqu’au {{date}} : cette ligne va dans external_moodles du bloc, plusieurs se séparent par un point-virgule. Conservez-la maintenant : elle ne sera plus montrée.',
  'cli.block-tokens.revoked': 'Le jeton {{id}} de {{site}} n’ouvre plus rien.',
};
