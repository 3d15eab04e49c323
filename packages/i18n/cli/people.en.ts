/** What `jouvence people` says. */
export const peopleCliEn = {
  'cli.people': 'what is held here of somebody',
  'cli.people.export': 'print everything that is held of somebody of a site, as one JSON document',
  'cli.people.erase': 'take somebody of a site out of everything that is held here',
  'cli.people.arg.username': 'username on that site',
  'cli.people.option.yes': 'do not ask whether it is meant',
  'cli.people.option.cancel': 'cancel what is under way for them',
  'cli.people.option.alsoCalled': 'e-mail or full name, to be searched for in messages too',
  'cli.people.erased':
    '{{username}} of {{site}} is erased: {{rows}} rows were changed or deleted. The account on the site itself is untouched.',
  'cli.people.cancelling':
    'Nothing is erased yet: requests of {{username}} of {{site}} are being cancelled ({{requests}}). Run the same command again in a minute.',
  'cli.people.confirm':
    'Everything that is held of {{username}} of {{site}} goes, and cannot be brought back. Type the username once more:',
  'cli.people.needsYes': 'What cannot be taken back is asked for in a terminal, or with --yes.',
  'cli.people.notConfirmed': 'That was another name: nothing is erased.',
} as const;
