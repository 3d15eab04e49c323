export type { Log } from './database.ts';
export { type Engine, type EngineOptions, openEngine } from './engine.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export { migrationsTable, readMigrations } from './migrate.ts';
