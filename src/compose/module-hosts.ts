// The host object of each module. The queue is created from the modules' jobs, so it is added to the hosts afterwards.
import type { Clock } from '../base/clock.js';
import { SchedulerError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { borrowed, type Database } from '../db/database.js';
import type { SchedulerEngine } from '../scheduler/index.js';
import type { AnyModule, ModuleHost, ModuleSecrets } from '../scheduler/modules/index.js';
import { createIdempotencyKeys } from '../scheduler/records/idempotency-keys.js';
import { createJobIds, type Queue } from '../scheduler/queue/index.js';

interface Deps {
  readonly engine: SchedulerEngine;
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly secrets: ModuleSecrets;
}

export interface Hosts {
  hostFor(definition: Pick<AnyModule, 'name'>): ModuleHost;
  /** Connects the modules with each other's services; called once, when all have been created. */
  bindServices(find: (name: string) => unknown): void;
  bind(queue: Queue): void;
}

export function createHosts({ engine, database, logger, clock, now, secrets }: Deps): Hosts {
  const newId = createJobIds(clock);
  let bound: Queue | undefined;
  const queue = (): Queue => {
    if (bound) return bound;
    throw new SchedulerError('NOT_STARTED', 'a module used the queue while the scheduler was being created');
  };
  let findService: ((name: string) => unknown) | undefined;
  const find = <T>(service: string): T | undefined => {
    if (findService) return findService(service) as T | undefined;
    throw new SchedulerError('NOT_STARTED', `the service "${service}" was requested while modules were being created`);
  };
  const use =
    (module: string) =>
    <T>(service: string): T => {
      const found = find<T>(service);
      if (found !== undefined) return found;
      const message = `module "${module}" needs the service "${service}", which no module provides`;
      throw new SchedulerError('INVALID_CONFIG', `${message}: add one that does to \`modules\``, { module, service });
    };
  const shared = {
    db: database,
    borrow: (from) => borrowed(from, database.schema),
    asUser: (user, work) => queue().users.as(user, work),
    enqueue: ((...given: Parameters<Queue['enqueue']>) => queue().enqueue(...given)) as Queue['enqueue'],
    enqueueMany: (...given) => queue().enqueueMany(...given),
    trigger: engine.trigger,
    clock,
    now,
    on: engine.on,
    off: engine.off,
    secrets,
    audit: engine.audit,
    newId,
    timed: (receiver, durationMs) => engine.timing.book.of('receiver', receiver).duration.observe(durationMs),
    idempotency: createIdempotencyKeys(),
    find,
    settingsChanged: () => queue().settingsChanged(),
  } satisfies Omit<ModuleHost, 'logger' | 'use'>;
  return {
    hostFor: ({ name }) => ({ ...shared, use: use(name), logger: logger.child({ module: name }) }),
    bindServices: (made) => void (findService = made),
    bind: (made) => void (bound = made),
  };
}
