// A module's host over a database of the test's own; the queue is bound once it has been made from the module's jobs.
import { randomUUID } from 'node:crypto';
import { createEncryption, type NamedKey } from '../../src/base/secrets/encryption.js';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { borrowed } from '../../src/db/database.js';
import type { ModuleHost } from '../../src/scheduler/modules/index.js';
import type { Queue } from '../../src/scheduler/queue/index.js';
import { createAuditLog } from '../../src/scheduler/records/audit-log.js';
import { createIdempotencyKeys } from '../../src/scheduler/records/idempotency-keys.js';
import { createWorkspaceKeys } from '../../src/scheduler/secrets/workspace-keys.js';
import type { TestDatabase } from '../support/database.js';

export interface TestHost extends ModuleHost {
  bind(queue: Queue): void;
}

export function createTestHost({ db }: TestDatabase, keys: readonly NamedKey[] = []): TestHost {
  const encryption = createEncryption(keys);
  let queue: Queue | undefined;
  const bound = (): Queue => queue as Queue;
  return {
    db,
    borrow: (from) => borrowed(from, db.schema),
    asUser: (user, work) => bound().users.as(user, work),
    enqueue: (...given: Parameters<Queue['enqueue']>) => bound().enqueue(...given),
    enqueueMany: (...given) => bound().enqueueMany(...given),
    trigger: () => Promise.reject(new Error('this host has no processes')),
    logger: silentLogger,
    clock: systemClock,
    now: () => null,
    on: () => {},
    off: () => {},
    secrets: { ...encryption, keys: createWorkspaceKeys(db, encryption, createAuditLog(db)) },
    audit: createAuditLog(db),
    use: (service) => {
      throw new Error(`this host has no service "${service}"`);
    },
    find: () => undefined,
    newId: randomUUID,
    idempotency: createIdempotencyKeys(),
    settingsChanged: () => bound().settingsChanged(),
    timed: () => {},
    bind: (made) => void (queue = made),
  };
}
