/** What `jouvence pairs` says. */
export const pairsCliEn = {
  'cli.pairs': 'from where courses may go where',
  'cli.pairs.list': 'every pair',
  'cli.pairs.add': 'let courses of a source go to a target; the same pair again changes the rules that are named',
  'cli.pairs.remove': 'no course of this source goes to this target any more',
  'cli.pairs.arg.source': 'name of the source',
  'cli.pairs.arg.target': 'name of the target',
  'cli.pairs.option.role': 'who holds this role in a course may take it; may be repeated',
  'cli.pairs.option.identity': 'by what a person of the target is found on the source',
  'cli.pairs.option.auth':
    'authentication methods whose accounts may be matched, such as manual,ldap; default: all but email, mnet, nologin, webservice',
  'cli.pairs.option.createPeople': 'a restore with people may create accounts on the target',
  'cli.pairs.option.noCreatePeople':
    'a restore never creates accounts: a course with somebody who has none there is refused',
  'cli.pairs.option.seen':
    'only if nobody has changed it since: the “at” of pairs list --json; never: only if there is no such pair yet',
  'cli.pairs.auth.default': 'all that vouch',
  'cli.pairs.added': 'Courses of {{source}} may go to {{target}}.',
  'cli.pairs.removed': 'Courses of {{source}} no longer go to {{target}}.',
  'cli.pairs.empty': 'There is no pair yet: jouvence pairs add SOURCE TARGET.',
} as const;
