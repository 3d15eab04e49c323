/** The verbs that need no server. */
export const localCliEn = {
  'cli.local.start': 'serve with the demo loaded: two old campuses and a new one',
  'cli.local.serve': 'run API, worker and embedded sites on a data directory, until stopped',
  'cli.local.work': 'run one more worker, here or on another machine with the same DATABASE_URL and secret key',
  'cli.local.demo': 'carry five courses between three campuses, compare what arrived, and end',
  'cli.local.migrate': 'bring the database up to date; a server does it by itself when it starts',
  'cli.local.backup': 'write everything into one file, also while a server runs; the key of the secrets is not in it',
  'cli.local.restore': 'put a backup in place of an empty installation; stop the server first',
  'cli.local.secrets': 'the key that seals the tokens of the sites',
  'cli.local.secrets.status': 'say which keys there are, how many secrets each has sealed, and what opens with none',
  'cli.local.secrets.rotate': 'make a new key and seal everything anew, while all goes on',
  'cli.local.config': 'what is configured, and from where',
  'cli.local.config.show': 'every key, its value and where it comes from; secrets are hidden',
  'cli.local.config.check': 'say whether the configuration can be used, and what cannot',
  'cli.local.demo.remove': 'take away the demo’s sites, courses, accounts and requests; stop the server first',
  'cli.local.mbz':
    'look at Moodle’s backup archives and make new ones: inspect, verify, compare, unpack, rewrite, write',
} as const;
