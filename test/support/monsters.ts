// What handlers of this world throw and return: every type in every property, getters that throw, proxies, circles.
import fc from 'fast-check';
import { SchedulerError } from '../../src/base/errors.js';

const fails = (): never => {
  throw new TypeError('read me not');
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const hostileProxy = (): object =>
  new Proxy(new Error('inside'), {
    get: fails,
    getPrototypeOf: fails,
    ownKeys: fails,
    has: fails,
    getOwnPropertyDescriptor: fails,
  });

const circular = (): Error => {
  const error = new Error('round');
  return Object.assign(error, { cause: new Error('and round', { cause: error }) });
};

const accessor = (key: string): Error => Object.defineProperty(new Error('kept'), key, { get: fails });

/** By name, so that a failure says which. */
export const MONSTERS: Readonly<Record<string, () => unknown>> = {
  'a message that is a list': () => Object.assign(new Error('x'), { message: ['must be an email'] }),
  'a message that is a symbol': () => Object.assign(new Error('x'), { message: Symbol('s') }),
  'a message that is an object': () => Object.assign(new Error('x'), { message: { nested: { deep: 1n } } }),
  'a message that throws': () => accessor('message'),
  'a name that throws': () => accessor('name'),
  'a code that throws': () => accessor('code'),
  'a stack that throws': () => accessor('stack'),
  'a numeric code': () => Object.assign(new Error('teapot'), { code: 418 }),
  'an object as code': () => Object.assign(new Error('x'), { code: {}, name: 7, stack: [] }),
  'a circle of causes': circular,
  'a cause that is a proxy': () => new Error('outer', { cause: hostileProxy() }),
  'an error of ours in a proxy': () => new Proxy(new SchedulerError('DATABASE_UNAVAILABLE', 'x'), { get: fails }),
  'an error of ours that is its own cause': () => {
    const error = new SchedulerError('DATABASE_UNAVAILABLE', 'gone');
    return Object.assign(error, { cause: error });
  },
  'an aggregate of nothing': () => new AggregateError([]),
  'a hostile proxy': hostileProxy,
  'a revoked proxy': revoked,
  'an object without a prototype': () => Object.create(null) as object,
  'a toString that throws': () => ({ toString: fails, toJSON: fails, [Symbol.toPrimitive]: fails }),
  'a class that is no error': () => class Nothing {},
  'NUL and lone surrogates': () => new Error('a\0b\ud800c'),
  'a huge text': () => new Error('x'.repeat(2_000_000)),
  'a symbol': () => Symbol('thrown'),
  'a bigint': () => 10n ** 30n,
  undefined: () => undefined,
  null: () => null,
  'a text': () => 'just text',
  'a retry time that is none': () => Object.assign(new Error('x'), { retryAfterMs: Symbol(), retryable: 'maybe' }),
};

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});
const KEYS = ['message', 'name', 'code', 'stack', 'cause', 'errors', 'retryAfterMs', 'retryable'] as const;

/** Makes errors and other values, any of whose properties may hold anything or throw when they are read. */
export const monster = (): fc.Arbitrary<() => unknown> =>
  fc.oneof(
    fc.constantFrom(...Object.values(MONSTERS)),
    anything.map((value) => () => value),
    fc
      .record({
        base: fc.constantFrom('error', 'type', 'plain', 'bare'),
        values: fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(anything, fc.string())),
        throwing: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 3 }),
      })
      .map(({ base, values, throwing }) => () => {
        const bases = {
          error: new Error('e'),
          type: new TypeError('t'),
          plain: {},
          bare: Object.create(null) as object,
        };
        const made: object = bases[base];
        void (made as { stack?: unknown }).stack; // made now: later, V8 would read the properties below for it
        for (const [key, value] of Object.entries(values))
          Object.defineProperty(made, key, { value, configurable: true });
        for (const key of throwing) Object.defineProperty(made, key, { get: fails, configurable: true });
        return made;
      }),
  );
