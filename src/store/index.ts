export { type DatabaseName, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded.ts';
export { removeDataDir } from './embedded/place.ts';
export { type Key, newKey, openKeyRing, writeKeyFile } from './key-ring.ts';
export { checksumOf, type Migration, migrationsTable, readMigrations } from './migrate.ts';
export { isConnectionError, isUniqueViolation } from './pg-errors.ts';
export { openSecrets, type SealedValues, type Secrets } from './secrets.ts';
export { socketPath } from './socket-path.ts';
export { notify, openStore, type Queryable, type Store, type Transaction } from './store.ts';
