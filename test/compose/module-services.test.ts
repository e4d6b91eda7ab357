// Services between the modules of a scheduler: asked for by name, and what is said when there is none.
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { defineModule, type AnyModule, type ModuleHost } from '../../src/scheduler/public.js';

const make = (...modules: AnyModule[]) => createScheduler({ pool: new pg.Pool(), subscriptions: false, modules });

describe('services between modules', () => {
  it('are what the providing module says', () => {
    const asking = defineModule({ name: 'asking', create: (host: ModuleHost) => () => host.use<number>('answer') });
    const scheduler = make(asking, defineModule({ name: 'providing', provides: () => ({ answer: 42 }) }));
    expect(scheduler.module(asking)()).toBe(42);
  });

  it('that nobody provides are named, with who needs them', () => {
    const asking = defineModule({
      name: 'asking',
      create: (host: ModuleHost) => ({ use: () => host.use('mail'), find: () => host.find('mail') }),
    });
    const asked = make(asking).module(asking);
    expect(asked.find()).toBeUndefined();
    expect(asked.use).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        message: 'module "asking" needs the service "mail", which no module provides: add one that does to `modules`',
      }),
    );
  });

  it('are not known yet while modules are created', () => {
    const early = defineModule({ name: 'early', create: (host: ModuleHost) => host.find('mail') });
    expect(() => make(early)).toThrow(expect.objectContaining({ code: 'NOT_STARTED' }));
  });
});
