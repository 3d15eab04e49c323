/** What `jouvence block-tokens` says. */
export const blockTokensCliEn = {
  'cli.block-tokens': 'tokens by which Moodles with Strasbourg’s block fetch courses from embedded sites',
  'cli.block-tokens.list': 'those of a site; never their values',
  'cli.block-tokens.create': 'a new one; its line for external_moodles is printed once',
  'cli.block-tokens.revoke': 'one opens nothing any more',
  'cli.block-tokens.arg.site': 'name of the embedded site',
  'cli.block-tokens.arg.name': 'what it is called here, such as the Moodle that fetches',
  'cli.block-tokens.arg.id': 'its number in the list',
  'cli.block-tokens.option.days': 'days until it expires, 1 to 3650',
  'cli.block-tokens.option.role':
    'who holds it in a course may be given that course; several times (default: editingteacher)',
  'cli.block-tokens.option.people': 'with participants’ data too',
  'cli.block-tokens.option.anyCourse': 'also any course for nobody in particular, as administrators of the block ask',
  'cli.block-tokens.option.ip':
    'address or network from which alone it opens anything; several times (default: from everywhere)',
  'cli.block-tokens.column.gives': 'gives',
  'cli.block-tokens.column.from': 'from',
  'cli.block-tokens.people': 'participants’ data',
  'cli.block-tokens.anyCourse': 'any course',
  'cli.block-tokens.everywhere': 'everywhere',
  'cli.block-tokens.empty': 'Nobody fetches from {{site}}: there is no token.',
  'cli.block-tokens.created':
    'Token “{{name}}”, until {{date}}: this line goes into external_moodles of the block, several separated by a semicolon. Keep it now, it is not shown again.',
  'cli.block-tokens.revoked': 'Token {{id}} of {{site}} opens nothing any more.',
} as const;
