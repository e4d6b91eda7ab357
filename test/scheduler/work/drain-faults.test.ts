import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../../src/scheduler/contracts/outcome.js';
import { waitFor } from '../../support/wait-for.js';
import { settleDown, startDrain } from './drain-setup.js';
import { createHeld } from './held.js';
import { broken, createMemorySource, items, ok } from './memory-source.js';

const connectionLost = (): Error => Object.assign(new Error('Connection terminated unexpectedly'));
const serverStopping = (): Error => Object.assign(new Error('terminating connection'), { code: '57P01' });
const badText = (): Error => Object.assign(new Error('invalid byte sequence'), { code: '22021' });

describe('a drain that must end', () => {
  it('closing: lets running items finish and gives the others back at once', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(40), { execute: ({ id }) => held.hold(id) });
    const { report, close } = startDrain(source);
    await waitFor(() => source.claims.length === 2);
    close.abort();
    await waitFor(() => source.released.length === 15);
    expect(source.running).toBe(5);
    held.finishAll(ok);
    expect(await report).toMatchObject({ end: 'closing', claimed: 20, successful: 5, released: 15, error: null });
    expect([...source.settled.keys()].filter((id) => source.released.includes(id))).toEqual([]);
  });

  it('closing with all work begun cuts nothing and is no early stop', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(3), { execute: ({ id }) => held.hold(id) });
    const { report, close } = startDrain(source);
    await waitFor(() => source.running === 3);
    close.abort();
    held.finishAll(ok);
    expect(await report).toMatchObject({ end: 'exhausted', successful: 3 });
  });

  it('gives back what a claim brings after the end', async () => {
    const held = createHeld<void>();
    const source = createMemorySource(items(10), { beforeClaim: () => held.hold('claim') });
    const { report, close } = startDrain(source);
    close.abort();
    held.finish('claim', undefined);
    expect(await report).toMatchObject({ end: 'closing', claimed: 10, released: 10 });
    expect(source.started).toEqual([]);
  });

  it('abort: running items get the signal, and what they could not do is given back', async () => {
    const source = createMemorySource(items(8), {
      execute: (_, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ kind: 'released', receiver: 'unknown', durationMs: 1 })),
        ),
    });
    const { report, abort } = startDrain(source);
    await waitFor(() => source.running === 5);
    abort.abort();
    expect(await report).toMatchObject({ end: 'aborted', released: 8, successful: 0 });
    expect(source.settled.size).toBe(0);
  });

  it('does nothing when it is told to end before it begins', async () => {
    const source = createMemorySource(items(3));
    const closing = AbortSignal.abort();
    expect(await startDrain(source, { closing }).report).toMatchObject({ end: 'closing', claimed: 0 });
    expect(source.waiting).toHaveLength(3);
  });

  it('does not wait for more work when it must end', async () => {
    const source = createMemorySource(items(1));
    const { report, close } = startDrain(source, { more: () => new Promise(() => {}) });
    await waitFor(() => source.settled.size === 1);
    close.abort();
    expect(await report).toMatchObject({ end: 'closing', successful: 1 });
  });

  it('a receiver that is set up wrongly fails the drain with its name and uses up no attempt', async () => {
    const fatal: Outcome = {
      kind: 'released',
      receiver: 'unknown',
      durationMs: 1,
      fatal: true,
      error: { code: 'HTTP_401', message: 'no token' },
    };
    const source = createMemorySource(items(30), { execute: ({ id }) => (id === 'item-2' ? fatal : ok) });
    const report = await startDrain(source).report;
    expect(report).toMatchObject({
      end: 'failed',
      error: { code: 'RECEIVER_MISCONFIGURED', details: { code: 'HTTP_401' } },
    });
    expect(source.released).toContain('item-2');
    expect(source.settled.size + source.released.length).toBe(report.claimed);
  });

  it('an execution that throws ends the drain rather than spinning', async () => {
    const source = createMemorySource(items(6), {
      execute: () => {
        throw new Error('bug');
      },
    });
    expect(await startDrain(source).report).toMatchObject({ end: 'failed', released: 6, error: { code: 'INTERNAL' } });
  });
});

describe('a drain whose database fails', () => {
  it('tries a settlement again until it is written', async () => {
    let failures = 2;
    const source = createMemorySource(items(5), {
      beforeSettle: () => {
        if (failures-- > 0) throw connectionLost();
      },
    });
    expect(await startDrain(source).report).toMatchObject({
      end: 'exhausted',
      successful: 5,
      unsettled: 0,
      error: null,
    });
  });

  it('gives up after its patience, with the claims left to rescue', async () => {
    const source = createMemorySource(items(40), {
      beforeSettle: () => {
        throw connectionLost();
      },
      beforeRelease: () => {
        throw connectionLost();
      },
    });
    const report = await startDrain(source, { settlePatienceMs: 60 }).report;
    expect(report).toMatchObject({ end: 'failed', mayHoldClaims: true, error: { code: 'DATABASE_UNAVAILABLE' } });
    expect(report.unsettled).toBe(report.claimed);
  });

  it('a claim that surely failed leaves nothing behind', async () => {
    const source = createMemorySource(items(4), {
      beforeClaim: () => {
        throw serverStopping();
      },
    });
    const report = await startDrain(source).report;
    expect(report).toMatchObject({ end: 'failed', mayHoldClaims: false, error: { code: 'DATABASE_UNAVAILABLE' } });
  });

  it('a claim whose answer was lost may have left claims behind', async () => {
    let claims = 0;
    const source = createMemorySource(items(25), {
      beforeClaim: () => {
        if ((claims += 1) === 2) throw connectionLost();
      },
    });
    const report = await startDrain(source).report;
    expect(report).toMatchObject({ end: 'failed', mayHoldClaims: true, claimed: 10 });
    expect(report.successful + report.released).toBe(10);
  });

  it('one item that the database refuses does not keep the others from being settled', async () => {
    const source = createMemorySource(items(16), {
      beforeSettle: (batch) => {
        if (batch.some(({ item }) => item.id === 'item-7')) throw badText();
      },
    });
    const report = await startDrain(source, { chunkSize: 100 }).report;
    expect(report).toMatchObject({ end: 'failed', successful: 15, unsettled: 1, error: { code: 'INTERNAL' } });
  });

  it('a listener that throws fails the drain and is no unhandled rejection', async () => {
    const source = createMemorySource(items(5));
    const onReport = (): void => {
      throw new TypeError('bug in the listener');
    };
    expect(await startDrain(source, { onReport }).report).toMatchObject({ end: 'failed', error: { code: 'INTERNAL' } });
    expect(source.settled.size).toBe(5);
  });
});

describe('a drain behind a gate', () => {
  it('gives back what it holds when the receiver goes down, and ends', async () => {
    let down = false;
    const source = createMemorySource(items(60), {
      execute: ({ id }) => {
        down ||= id === 'item-12';
        return down ? broken : ok;
      },
    });
    const gate = { allowsClaims: () => !down, allowance: (wanted: number) => (down ? 0 : wanted), report: () => {} };
    const report = await startDrain(source, { gate }).report;
    expect(report.end).toBe('receiver_down');
    expect(report.successful + report.failed + report.released).toBe(report.claimed);
    expect(source.waiting.length).toBeGreaterThan(0);
  });

  it('sends one probe and goes on when it is well', async () => {
    let probing = false;
    let open = true;
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(12), { execute: ({ id }) => (open ? held.hold(id) : ok) });
    const gate = {
      allowsClaims: () => !open,
      allowance: (wanted: number) => {
        if (!open) return wanted;
        if (probing) return 0;
        probing = true;
        return 1;
      },
      report: () => {
        open = false;
      },
    };
    const { report } = startDrain(source, { gate });
    await waitFor(() => held.waiting.length === 1);
    await settleDown();
    expect(source.claims).toEqual([1]);
    held.finishAll(ok);
    expect(await report).toMatchObject({ end: 'exhausted', successful: 12 });
  });
});
