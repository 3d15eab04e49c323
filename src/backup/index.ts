export { type BackupDone, type BackupOptions, writeBackup } from './backup.ts';
export type { Part } from './database.ts';
export { type BackupHeader, type BackupManifest, verifyBackup } from './file.ts';
export { type RestoreDone, type RestoreOptions, restoreBackup } from './restore.ts';
