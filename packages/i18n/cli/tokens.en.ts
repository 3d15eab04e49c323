/** What `jouvence tokens` says. */
export const tokensCliEn = {
  'cli.tokens': 'tokens with which programs use this API',
  'cli.tokens.list': 'every token; never its value',
  'cli.tokens.create': 'a new token; its value is printed once',
  'cli.tokens.revoke': 'a token opens nothing any more',
  'cli.tokens.arg.name': 'name of the token',
  'cli.tokens.option.days': 'days until it expires, 1 to 366',
  'cli.tokens.option.role': 'what it may do: operator (everything), school (all of its sites), auditor (only look)',
  'cli.tokens.created': 'Token "{{name}}", until {{date}}. Keep it now: it is not shown again.',
  'cli.tokens.revoked': 'Token "{{name}}" opens nothing any more.',
  'cli.tokens.empty': 'There is no token yet: jouvence tokens create NAME.',
  'cli.tokens.state.valid': 'valid',
  'cli.tokens.state.expired': 'expired',
  'cli.tokens.state.revoked': 'revoked',
} as const;
