import type { pairsCliEn } from './pairs.en.ts';

export const pairsCliFr: Record<keyof typeof pairsCliEn, string> = {
  'cli.pairs': 'd’où et vers où les cours peuvent aller',
  'cli.pairs.list': 'toutes les associations',
  'cli.pairs.add': 'laisser les cours d’une source aller vers une cible ; répétée, change les règles qui sont nommées',
  'cli.pairs.remove': 'plus aucun cours de cette source ne va vers cette cible',
  'cli.pairs.arg.source': 'nom de la source',
  'cli.pairs.arg.target': 'nom de la cible',
  'cli.pairs.option.role': 'qui a ce rôle dans un cours peut le prendre ; peut être répétée',
  'cli.pairs.option.identity': 'à quoi une personne de la cible se reconnaît sur la source',
  'cli.pairs.option.auth':
    'méthodes d’authentification dont les comptes peuvent correspondre, par exemple manual,ldap ; par défaut toutes sauf email, mnet, nologin, webservice',
  'cli.pairs.option.createPeople': 'une restauration avec des personnes peut créer des comptes sur la cible',
  'cli.pairs.option.noCreatePeople':
    'une restauration ne crée jamais de compte : un cours avec quelqu’un qui n’en a pas là-bas est refusé',
  'cli.pairs.option.seen':
    'seulement si personne ne l’a modifiée depuis : le « at » de pairs list --json ; never : seulement si elle n’existe pas encore',
  'cli.pairs.auth.default': 'toutes les sûres',
  'cli.pairs.added': 'Les cours de {{source}} peuvent aller vers {{target}}.',
  'cli.pairs.removed': 'Les cours de {{source}} ne vont plus vers {{target}}.',
  'cli.pairs.empty': 'Il n’y a pas encore d’association : jouvence pairs add SOURCE CIBLE.',
};
