// Modules put together: their state, what they bring along, names, health that always comes back, starts and stops.
import { describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { createModules, defineModule, type AnyModule, type ModuleHost } from '../../../src/scheduler/modules/index.js';

const host = { name: 'host' } as unknown as ModuleHost;
const modulesOf = (...definitions: AnyModule[]) => createModules(definitions, () => host);
const job = defineJob({ type: 'invoice.send', schema: z.object({}), run: () => {} });

describe('modules', () => {
  it('make their state once and hand it to every member', () => {
    const create = jest.fn((_host: ModuleHost) => ({ job }));
    const invoices = defineModule({ name: 'invoices', create, jobs: (_host, state) => [state.job] });
    const modules = modulesOf(invoices);
    expect(modules.jobs).toEqual([job]);
    expect(modules.stateOf(invoices)).toEqual({ job });
    expect(create).toHaveBeenCalledTimes(1);
    expect(create).toHaveBeenCalledWith(host);
  });

  it('of another scheduler have no state here', () => {
    expect(() => modulesOf().stateOf(defineModule({ name: 'other' }))).toThrow('has no module "other"');
  });

  it.each([
    ['Invoices', 'name must match'],
    ['queue', 'is the name of one of our own parts'],
    ['', 'name must match'],
  ])('may not be called %j', (name, message) => {
    expect(() => defineModule({ name })).toThrow(message);
  });

  it.each([
    [{ table: 'a"; DROP TABLE x', keepDays: 1 }, 'retention.0.table'],
    [{ table: 'log', keepDays: 0 }, 'retention.0.keepDays'],
    [{ table: 'log', keepDays: 1, column: 'At' }, 'retention.0.column'],
  ])('may not keep rows as %j says', (rule, path) => {
    const refused = { code: 'INVALID_CONFIG', details: { errors: [{ path, message: expect.any(String) }] } };
    expect(() => defineModule({ name: 'm', retention: [rule] })).toThrow(expect.objectContaining(refused));
  });

  it('need names of their own', () => {
    const twin = defineModule({ name: 'twin' });
    expect(() => modulesOf(twin, twin)).toThrow('two modules are named "twin"');
  });

  it('always have a health part: a check that throws is down, one without a check is well', async () => {
    const modules = modulesOf(
      defineModule({ name: 'plain' }),
      defineModule({ name: 'broken', health: () => Promise.reject(new Error('no transport')) }),
      defineModule({ name: 'slow', health: () => ({ status: 'degraded', message: 'backlog', details: { n: 3 } }) }),
    );
    expect(await modules.health()).toEqual([
      { name: 'plain', status: 'ok' },
      { name: 'broken', status: 'down', message: 'its health check failed', details: { error: 'no transport' } },
      { name: 'slow', status: 'degraded', message: 'backlog', details: { n: 3 } },
    ]);
  });

  it('start in order and stop in reverse, all of them, and the first error comes out', async () => {
    const said: string[] = [];
    const named = (name: string, fails = false) =>
      defineModule({
        name,
        start: () => void said.push(`start ${name}`),
        stop: () => {
          said.push(`stop ${name}`);
          if (fails) throw new Error(`${name} would not stop`);
        },
      });
    const modules = modulesOf(named('a'), named('b', true), named('c'));
    await modules.start();
    await expect(modules.stop()).rejects.toThrow('b would not stop');
    expect(said).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
  });

  it('find the services of each other, whatever their order', () => {
    const rates = { of: () => 7 };
    let find: (name: string) => unknown = () => undefined;
    const services: unknown[] = [];
    const seen = (service: unknown): readonly [] => (services.push(service), []);
    const asking = defineModule({ name: 'asking', jobs: () => seen(find('rates')) });
    const providing = defineModule({
      name: 'providing',
      create: () => rates,
      provides: (_host, state) => ({ rates: state }),
    });
    const modules = createModules(
      [asking, providing],
      () => host,
      (bound) => void (find = bound),
    );
    expect(services).toEqual([rates]);
    expect(modules.service('rates')).toBe(rates);
    expect(modules.service('nothing')).toBeUndefined();
  });

  it('may not provide one service twice', () => {
    const providing = (name: string) => defineModule({ name, provides: () => ({ mail: 1 }) });
    const message = 'the modules "a" and "b" both provide the service "mail"';
    expect(() => modulesOf(providing('a'), providing('b'))).toThrow(message);
  });

  it('name the key providers that they use, each once', () => {
    const modules = modulesOf(
      defineModule({ name: 'a', keyProviders: ['apollo'] }),
      defineModule({ name: 'b', keyProviders: ['apollo', 'members'] }),
    );
    expect(modules.keyProviders).toEqual(['apollo', 'members']);
  });
});
