// The exports of the embedded PostgreSQL; load it on demand (`await import`), because production installs do not have it.
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
