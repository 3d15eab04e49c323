export { type AuditEntry, audit, migrations, nameOf } from './audit.ts';
