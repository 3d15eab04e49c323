import type { blockTokensPagesEn } from './block-tokens.en.ts';

export const blockTokensPagesFr: Record<keyof typeof blockTokensPagesEn, string> = {
  'blockTokens.title': 'Moodle avec le bloc de Strasbourg',
  'blockTokens.lead':
    'Par un tel jeton, un Moodle qui n’a que le bloc prend des cours ici. Sa valeur n’est montrée qu’une fois.',
  'blockTokens.none': 'Personne ne prend de cours ici.',
  'blockTokens.add': 'Nouveau jeton',
  'blockTokens.name': 'À quoi sert-il ?',
  'blockTokens.nameHint': 'Par exemple, le nom du Moodle qui prend les cours.',
  'blockTokens.days': 'Pour combien de jours',
  'blockTokens.roles': 'Rôles',
  'blockTokens.rolesHint': 'Noms abrégés, séparés par des virgules : qui en a un dans un cours peut le recevoir.',
  'blockTokens.people': 'Avec les données des participants',
  'blockTokens.anyCourse': 'Tout cours, même pour personne en particulier',
  'blockTokens.anyCourseHint': 'Les administrateurs du bloc peuvent alors demander chaque cours de ce site.',
  'blockTokens.ips': 'Depuis ces adresses seulement',
  'blockTokens.ipsHint':
    'Adresses ou réseaux, séparés par des virgules, comme 192.0.2.7 ou 192.0.2.0/24. Vide : de partout.',
  'blockTokens.create': 'Créer',
  'blockTokens.created': 'Le jeton « {{name}} » est créé',
  'blockTokens.line': 'Ligne pour external_moodles',
  'blockTokens.lineText':
    'Elle va dans les réglages du bloc ; plusieurs se séparent par un point-virgule. Elle ouvre jusqu’au {{date}} et ne sera plus montrée.',
  'blockTokens.until': 'jusqu’au',
  'blockTokens.expired': 'expiré',
  'blockTokens.used': 'dernier usage',
  'blockTokens.unused': 'jamais utilisé',
  'blockTokens.from': 'depuis {{ips}}',
  'blockTokens.everywhere': 'de partout',
  'blockTokens.gives.people': 'avec les données des participants',
  'blockTokens.gives.any': 'tout cours',
  'blockTokens.revoke': 'Révoquer',
  'blockTokens.revokeOf': 'Révoquer « {{name}} »',
  'blockTokens.revokeText':
    'Le Moodle qui l’a ne prend plus rien ici, aussitôt ; ce qui a été préparé pour lui disparaît.',
  'blockTokens.revoked': '« {{name}} » n’ouvre plus rien',
  'blockTokens.unnamed': 'jeton {{id}}',
};
