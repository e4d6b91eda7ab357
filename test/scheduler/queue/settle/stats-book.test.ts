// Counts that could not be written are kept, beside those that came meanwhile.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.js';
import { countOf, quantileMs } from '../../../../src/base/latency-bins.js';
import { silentLogger } from '../../../../src/base/logger.js';
import { readLatencies } from '../../../../src/db/engine/queries/records/latencies.js';
import { readStats } from '../../../../src/db/queue/admin-queries/stats.js';
import type { JobOutcome } from '../../../../src/scheduler/queue/define/job-outcome.js';
import type { QueueItem } from '../../../../src/scheduler/queue/define/queue-item.js';
import { createLatencyBook } from '../../../../src/scheduler/records/latency-book.js';
import { createStatsBook } from '../../../../src/scheduler/queue/settle/stats-book.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const id = (n: number): string => `00000000-0000-7000-8000-00000000000${n}`;
const ended = (n: number, status: JobOutcome['status'], durationMs: number, type = 'call') => ({
  item: { id: id(n), type, attempt: 1, begunMs: 1_000, dueMs: 990, scheduledMs: 900 } as QueueItem,
  outcome: { status, durationMs } as JobOutcome,
});

it('a flush that failed loses nothing, and neither does what was counted while it ran', async () => {
  let broken = true;
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name !== 'query' || !broken) return Reflect.get(target, name, receiver) as unknown;
      return () => Promise.reject(new Error('the connection was lost'));
    },
  });
  const book = createStatsBook({
    ...{ db, clock: systemClock, logger: silentLogger },
    latencies: createLatencyBook(db, silentLogger, () => null),
    databaseMs: (monotonicMs) => monotonicMs,
  });
  book.add([ended(1, 'completed', 5), ended(2, 'dead', 900), ended(3, 'failed', 7)]);
  const failing = book.flush();
  book.add([ended(4, 'completed', 60), ended(5, 'cancelled', 1), ended(6, 'completed', 1, 'other')]);
  await failing;
  book.add([ended(7, 'completed', 3)]);
  broken = false;
  await book.flush();
  await book.flush();
  const rows = await readStats(database.db, 2);
  expect(rows).toEqual([
    expect.objectContaining({ type: 'call', completed: 3, retried: 1, dead: 1, cancelled: 1, duration_ms: 976 }),
    expect.objectContaining({ type: 'other', completed: 1, duration_ms: 1 }),
  ]);
  expect(rows[0]).toMatchObject({ slowest_ms: 900, slowest_job: id(2) });
  const latencies = await readLatencies(database.db, { hours: 2, subject: 'job', name: 'call' }, null);
  expect(latencies.map(({ measure, bins }) => [measure, countOf(bins), quantileMs(bins, 1)])).toEqual([
    ['duration', 6, expect.closeTo(900, -2)],
    ['lateness', 6, expect.closeTo(100, -1)],
    ['wait', 6, expect.closeTo(10, 0)],
  ]);
});
