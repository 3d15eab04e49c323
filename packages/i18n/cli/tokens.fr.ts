import type { tokensCliEn } from './tokens.en.ts';

export const tokensCliFr: Record<keyof typeof tokensCliEn, string> = {
  'cli.tokens': 'les jetons par lesquels des programmes emploient cette API',
  'cli.tokens.list': 'tous les jetons, jamais leur valeur',
  'cli.tokens.create': 'un nouveau jeton ; sa valeur est affichée une seule fois',
  'cli.tokens.revoke': 'un jeton n’ouvre plus rien',
  'cli.tokens.arg.name': 'nom du jeton',
  'cli.tokens.option.days': 'jours avant qu’il expire, de 1 à 366',
  'cli.tokens.option.role':
    'ce qu’il peut : operator (tout), school (tout sur ses sites), auditor (regarder seulement)',
  'cli.tokens.created': 'Jeton « {{name}} », jusqu’au {{date}}. Conservez-le maintenant : il ne sera plus montré.',
  'cli.tokens.revoked': 'Le jeton « {{name}} » n’ouvre plus rien.',
  'cli.tokens.empty': 'Il n’y a pas encore de jeton : jouvence tokens create NOM.',
  'cli.tokens.state.valid': 'valable',
  'cli.tokens.state.expired': 'expiré',
  'cli.tokens.state.revoked': 'révoqué',
};
