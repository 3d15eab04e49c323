import { writeLine } from './audit.ts';
import { headOf, verifyChain } from './chain.ts';
import { erasePerson, linesAbout, pruneLines } from './forget.ts';
import { listLines } from './list.ts';

/** What may be written down: the list stands with its words, which pages and commands need as well. */
export type { AuditAction } from '@jouvence/i18n';
export { type AuditEntry, migrations, nameOf } from './audit.ts';
export type { AuditFinding, AuditVerification } from './chain.ts';
export type { AuditFilter, AuditLine } from './list.ts';

/** Who did what to what, in a chain that shows whether somebody has been at it since. */
export const audit = {
  write: writeLine,
  list: listLines,
  verify: verifyChain,
  head: headOf,
  prune: pruneLines,
  about: linesAbout,
  erase: erasePerson,
};
