import type { peopleCliEn } from './people.en.ts';

export const peopleCliFr: Record<keyof typeof peopleCliEn, string> = {
  'cli.people': 'ce qui est conservé ici d’une personne',
  'cli.people.export': 'afficher tout ce qui est conservé d’une personne d’un site, en un seul document JSON',
  'cli.people.erase': 'effacer une personne d’un site de tout ce qui est conservé ici',
  'cli.people.arg.username': 'nom d’utilisateur sur ce site',
  'cli.people.option.yes': 'ne pas demander confirmation',
  'cli.people.option.cancel': 'annuler ce qui est en cours pour elle',
  'cli.people.option.alsoCalled': 'adresse ou nom complet, à chercher aussi dans les messages',
  'cli.people.erased':
    '{{username}} de {{site}} est effacé : {{rows}} lignes modifiées ou supprimées. Le compte sur le site lui-même est intact.',
  'cli.people.cancelling':
    'Rien n’est encore effacé : des demandes de {{username}} de {{site}} sont en cours d’annulation ({{requests}}). Relancez la même commande dans une minute.',
  'cli.people.confirm':
    'Tout ce qui est conservé de {{username}} de {{site}} disparaît, sans retour possible. Retapez le nom d’utilisateur :',
  'cli.people.needsYes': 'Ce qui est sans retour se demande dans un terminal, ou avec --yes.',
  'cli.people.notConfirmed': 'C’était un autre nom : rien n’est effacé.',
};
