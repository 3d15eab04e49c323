/** What `jouvence status` says. */
export const statusCliEn = {
  'cli.jouvence.status': 'whether courses can be carried, what is missing, and what to do',
  'cli.status.ready': 'Jouvence {{version}}: ready, courses can be carried.',
  'cli.status.notReady': 'Jouvence {{version}}: not ready, courses cannot be carried now.',
  'cli.status.site.failing': 'Ask what is wrong: jouvence sites check {{name}}',
  'cli.status.site.expired': 'It no longer accepts our token. Ask what is wrong: jouvence sites check {{name}}',
} as const;
