// The only door to the embedded PostgreSQL; load it on demand (`await import`), a production install goes without it.
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
