export { type AuditEntry, audit, migrations } from './audit.ts';
