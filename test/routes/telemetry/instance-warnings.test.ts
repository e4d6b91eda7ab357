// What is said of instances, from which values on, and in what order.
import { describe, expect, it } from '@jest/globals';
import { queueWarnings, subscriptionWarnings } from '../../../src/routes/telemetry/health-warnings.js';
import { byHost, instanceWarnings, type Reported } from '../../../src/routes/telemetry/instance-warnings.js';
import { worstFirst } from '../../../src/routes/telemetry/warning.js';
import { createFakeScheduler } from '../fake-scheduler.js';

const calm: NonNullable<Reported['gauges']> = {
  ...{ eventLoopP99Ms: 1_000, rssBytes: 1, heapUsedBytes: 90, heapLimitBytes: 100 },
  ...{ poolTotal: 10, poolIdle: 0, poolWaiting: 3, poolWaitingS: 29.9, claimsPerMin: 0, restarts24h: 10 },
};
const one: Reported = { hostname: 'api-1', pid: 7, state: 'alive', heartbeatAgeS: 20, gauges: calm };
const warn = (change: Partial<Reported>) => instanceWarnings([{ ...one, ...change }], byHost);

describe('an instance', () => {
  it('is not mentioned below the thresholds, before its first gauges, and when it has ended', () => {
    expect(warn({})).toEqual([]);
    expect(warn({ gauges: null })).toEqual([]);
    expect(warn({ state: 'dead', heartbeatAgeS: 9_999 })).toEqual([]);
  });

  it.each<[string, Partial<Reported>, object]>([
    [
      'event loop',
      { gauges: { ...calm, eventLoopP99Ms: 1_001 } },
      { severity: 'warn', text: /event loop of instance api-1 \(process 7\) is up to 1001 ms late/ },
    ],
    ['heap', { gauges: { ...calm, heapUsedBytes: 91 } }, { severity: 'bad', text: /uses 91 % of its heap limit/ }],
    [
      'pool',
      { gauges: { ...calm, poolWaitingS: 30 } },
      { severity: 'bad', text: /for 30 s: its pool of 10 is too small/ },
    ],
    ['restarts', { gauges: { ...calm, restarts24h: 11 } }, { severity: 'warn', text: /has 11 restarts in 24 hours/ }],
    ['heartbeat', { heartbeatAgeS: 20.6 }, { severity: 'bad', text: /is 21 s old: it hangs, or cannot reach/ }],
  ])('%s', (_what, change, { severity, text }: { severity?: string; text?: RegExp }) => {
    expect(warn(change)).toEqual([{ severity, text: expect.stringMatching(text ?? /^$/), page: 'instances' }]);
  });

  it('is named once for the restarts of its host', () => {
    const gauges = { ...calm, restarts24h: 12 };
    const twins = [7, 8].map((pid) => ({ ...one, pid, gauges }));
    expect(instanceWarnings(twins, byHost)).toHaveLength(1);
  });
});

describe('notes', () => {
  it('are told of what is dead, in the singular as well, after what is bad', async () => {
    const status = await createFakeScheduler().subscriptions?.status();
    if (!status) throw new Error('it has subscriptions');
    const warnings = worstFirst([
      ...queueWarnings({ types: [], live: [{ type: 'a', queue: 'default', status: 'dead', n: 1 }], liveCapped: false }),
      ...subscriptionWarnings({ ...status, dead24h: 10_000, dead24hCapped: true, lagS: 301 }),
    ]);
    expect(warnings.map(({ severity }) => severity)).toEqual(['bad', 'warn', 'note', 'note']);
    expect(warnings.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        '1 dead letter waits for a decision',
        'at least 10000 occurrences failed all attempts in the last 24 hours',
      ]),
    );
  });
});
