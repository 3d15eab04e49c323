import type { statusCliEn } from './status.en.ts';

export const statusCliFr: Record<keyof typeof statusCliEn, string> = {
  'cli.jouvence.status': 'si des cours peuvent être transférés, ce qui manque, et que faire',
  'cli.status.ready': 'Jouvence {{version}} : prêt, des cours peuvent être transférés.',
  'cli.status.notReady': 'Jouvence {{version}} : pas prêt, aucun cours ne peut être transféré pour le moment.',
  'cli.status.site.failing': 'Demandez ce qui ne va pas : jouvence sites check {{name}}',
  'cli.status.site.expired': 'Il n’accepte plus notre jeton. Demandez ce qui ne va pas : jouvence sites check {{name}}',
};
