// The migrations of the job queue.
import type { MigrationSet } from '../migrations/migration-set.js';

export const queueSet: MigrationSet = {
  name: 'queue',
  migrations: new URL('./migrations/', import.meta.url),
  functions: new URL('./functions/', import.meta.url),
};
