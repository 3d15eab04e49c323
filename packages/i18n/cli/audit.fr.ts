import type { auditCliEn } from './audit.en.ts';

export const auditCliFr: Record<keyof typeof auditCliEn, string> = {
  'cli.audit': 'qui a fait quoi, dans une chaîne qui montre les altérations',
  'cli.audit.list': 'ce qui a été fait, le plus récent d’abord',
  'cli.audit.verify': 'si une ligne a été altérée, retirée, ajoutée ou déplacée ; finit par 1 si oui',
  'cli.audit.option.actor': 'seulement par cet opérateur, ce jeton ou cette personne, comme dans la liste',
  'cli.audit.option.action': 'seulement ceci, comme entre parenthèses : sites.add ; ou tout d’un nom : sites',
  'cli.audit.option.object': 'seulement sur ceci, comme le dit --json : "site campus-2024"',
  'cli.audit.option.site': 'seulement ce qui concerne ce site',
  'cli.audit.option.from':
    'seulement depuis, dans le fuseau horaire de cette machine (TZ) : 2026-11-27, ou 2026-11-27T08:30',
  'cli.audit.option.to': 'seulement avant ; un jour compte en entier',
  'cli.audit.option.limit': 'au plus tant, de 1 à 200 (50)',
  'cli.audit.option.after': 'continuer après ce numéro',
  'cli.audit.option.head': 'tête d’une vérification antérieure, ou du journal : montre que la fin n’a pas été coupée',
  'cli.audit.unknownAction':
    'rien dans l’audit ne s’appelle « {{given}} » : il y a {{known}}, et leurs actions, comme sites.add',
  'cli.audit.empty': 'Il n’y a pas de telle ligne.',
  'cli.audit.more': 'Il y en a d’autres : --after {{after}}',
  'cli.audit.whole_one': 'Une ligne, et personne n’y a touché.',
  'cli.audit.whole_other': '{{count}} lignes, et personne n’y a touché.',
  'cli.audit.touched_one': 'Une ligne, et quelqu’un y a touché :',
  'cli.audit.touched_other': '{{count}} lignes, et quelqu’un y a touché :',
  'cli.audit.kind.altered': 'altérée',
  'cli.audit.kind.missing': 'retirée',
  'cli.audit.kind.inserted': 'ajoutée',
  'cli.audit.kind.moved': 'déplacée',
  'cli.audit.kind.cut': 'coupée',
  'cli.audit.erased_one': 'Le nom d’une personne a été retiré d’une ligne : voir audit list --action audit.erase.',
  'cli.audit.erased_other':
    'Des noms de personnes ont été retirés de {{count}} lignes : voir audit list --action audit.erase.',
  'cli.audit.head': 'Tête, à conserver ailleurs : {{head}}',
};
