// Digests as a module: a schedule for each recipient and group, and one mail with what is new whenever it falls due.
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { createDigestSchedules, type DigestSchedules } from './api/create-digests.js';
import { DIGEST_ERRORS } from './errors.js';
import { adoptedTables } from './adopted-tables.js';
import type { DigestsOptions } from './options.js';
import { digestRoutes } from './routes/digest-routes.js';

export interface Digests {
  readonly schedules: DigestSchedules;
}

/** Add it to `createScheduler({ modules })`, after `notifications(…)`. Throws INVALID_CONFIG for a wrong option. */
export function digests(options: DigestsOptions = {}): ModuleDefinition<Digests> {
  return defineModule<Digests>({
    name: 'digests',
    description: 'Digests: what is new in a group, by mail, in the recipient’s own morning',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    adopts: adoptedTables(options),
    errors: DIGEST_ERRORS,
    create: (host) => ({ schedules: createDigestSchedules(host) }),
    userRoutes: (_host, { schedules }) => digestRoutes(schedules),
  });
}
