// The migrations of the engine itself.
import type { MigrationSet } from '../migrations/migration-set.js';

export const engineSet: MigrationSet = {
  name: 'engine',
  migrations: new URL('./migrations/', import.meta.url),
  functions: new URL('./functions/', import.meta.url),
};
