// The drain loop: claim a chunk, run it in a sliding window, settle in batches, until there is nothing left or it must end. Nothing waits
// for the slowest item of a chunk, and the next chunk is claimed before the window runs empty.
import { setMaxListeners } from 'node:events';
import { SchedulerError, toError } from '../../base/errors.js';
import { createClaimBuffer, type ClaimBuffer } from './claim-buffer.js';
import { databaseFault, mayHaveTakenEffect } from './database-faults.js';
import { type DrainEnd, type DrainOptions, type DrainReport, drainDefaults } from './drain-options.js';
import type { Outcome } from '../contracts/outcome.js';
import { END_RANK, misconfigured } from './drain-end.js';
import { tracedSource } from './traced-source.js';
import { createSettleWriter, type SettleWriter } from './settle-writer.js';
import type { Claimed, ClaimResult, ExecuteContext, SettleReport, Source } from '../contracts/source.js';

/**
 * Drains a source and returns a report. Never rejects: a failure is in the report's `error`. Claims that were not started are always
 * released; running items are always awaited (they get `signal`).
 */
export function drain<I extends Claimed, O extends Outcome>(
  source: Source<I, O>,
  options: DrainOptions<I>,
): Promise<DrainReport> {
  const telemetry = options.telemetry?.current ?? null;
  const told = telemetry === null ? source : tracedSource(source, telemetry, options.clock);
  return new DrainLoop(told, options).run();
}

/** Of an item that runs beside the slots. */
const NO_TICKET = 0;

class DrainLoop<I extends Claimed, O extends Outcome> {
  private readonly buffer: ClaimBuffer<I>;
  /** Claims that need no slot. */
  private readonly beside: ClaimBuffer<I>;
  private readonly writer: SettleWriter<I, O>;
  private readonly context: ExecuteContext;
  private readonly counts = { successful: 0, failed: 0, skipped: 0, dead: 0, retried: 0, lost: 0 };
  private readonly chunkSize: number;
  private readonly maxBacklog: number;
  private readonly maxParked: number;
  private end: DrainEnd | null = null;
  private error: SchedulerError | null = null;
  private claimed = 0;
  private inFlight = 0;
  private claiming = false;
  private asking = false;
  private mayHoldClaims = false;
  private finished = false;
  private withdraw: (() => void) | undefined;
  private resolve: (report: DrainReport) => void = () => {};

  constructor(
    private readonly source: Source<I, O>,
    private readonly options: DrainOptions<I>,
  ) {
    const settings = drainDefaults(options);
    this.chunkSize = options.chunkSize;
    this.maxBacklog = 4 * Math.max(settings.batchSize, options.chunkSize);
    this.maxParked = options.admission?.maxParked ?? Infinity;
    this.context = { signal: options.signal, runId: options.runId };
    this.buffer = createClaimBuffer<I>(options.admission, this.pump);
    this.beside = createClaimBuffer<I>(options.admission, this.pump);
    this.writer = createSettleWriter(source, {
      ...settings,
      hurry: options.signal,
      clock: options.clock,
      onReport: this.onReport,
      onFailure: (error) => {
        this.mayHoldClaims = true;
        this.stop('failed', error);
      },
    });
  }

  run(): Promise<DrainReport> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      const { signal, closing } = this.options;
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.onAbort);
      closing.addEventListener('abort', this.onClosing);
      if (signal.aborted) this.onAbort();
      else if (closing.aborted) this.onClosing();
      else this.pump();
    });
  }

  private readonly onAbort = (): void => this.stop('aborted');
  private readonly onClosing = (): void => this.stop('closing');

  private readonly onReport = (report: SettleReport): void => {
    const { counts, options } = this;
    counts.successful += report.successful;
    counts.failed += report.failed;
    counts.skipped += report.skipped;
    counts.dead += report.dead;
    counts.retried += report.retried;
    counts.lost += report.lost;
    options.onReport?.(report);
    if (report.samples.length > 0) options.onSamples?.(report.samples);
    options.onProgress?.({ claimed: this.claimed, done: counts.successful + counts.failed, inFlight: this.inFlight });
    this.pump();
  };

  /** Starts what may start, claims when the buffer runs low, ends when nothing is left. */
  private readonly pump = (): void => {
    if (this.finished) return;
    while (this.startOne());
    this.claimIfLow();
    if (this.end !== null && this.inFlight === 0 && !this.claiming && this.unstarted === 0) this.finish();
  };

  private startOne(): boolean {
    const free = this.beside.take();
    if (free !== undefined) {
      this.start(free, NO_TICKET);
      return true;
    }
    if (this.withdraw !== undefined || this.buffer.ready === 0) return false;
    const { parallel } = this.options;
    const ticket = parallel.tryAcquire();
    if (ticket === 0) {
      this.withdraw = parallel.whenFree(this.onFree);
      return false;
    }
    const item = this.buffer.take();
    if (item === undefined) {
      parallel.release(ticket, 'unknown');
      return false;
    }
    this.start(item, ticket);
    return true;
  }

  private readonly onFree = (): void => {
    this.withdraw = undefined;
    this.pump();
  };

  private start(item: I, ticket: number): void {
    this.inFlight += 1;
    let running: Promise<O>;
    try {
      running = this.source.execute(item, this.context);
    } catch (error) {
      running = Promise.reject(toError(error));
    }
    running.then(
      (outcome) => this.onOutcome(item, ticket, outcome),
      (error: unknown) => this.onBrokenPromise(item, ticket, error),
    );
  }

  private onOutcome(item: I, ticket: number, outcome: O): void {
    this.leave(item, ticket, outcome);
    if (outcome.kind === 'released') this.writer.release([item]);
    else this.writer.settle(item, outcome);
    if (outcome.fatal) this.stop('failed', misconfigured(this.source.name, outcome));
    else this.releaseIfReceiverDown(outcome);
    this.pump();
  }

  /** `execute` must not reject. If it does, it is a bug: end rather than spin on an item that is due again at once. */
  private onBrokenPromise(item: I, ticket: number, error: unknown): void {
    this.leave(item, ticket, { kind: 'released', receiver: 'unknown', durationMs: 0 });
    this.writer.release([item]);
    const cause = toError(error);
    const message = `${this.source.name}: executing an item threw instead of returning an outcome: ${cause.message}`;
    this.stop('failed', new SchedulerError('INTERNAL', message, { id: item.id }, { cause }));
    this.pump();
  }

  private leave(item: I, ticket: number, outcome: Outcome): void {
    this.inFlight -= 1;
    (ticket === NO_TICKET ? this.beside : this.buffer).done(item);
    this.options.gate?.report(outcome.receiver);
    if (ticket !== NO_TICKET) this.options.parallel.release(ticket, outcome.receiver);
  }

  private releaseIfReceiverDown(outcome: Outcome): void {
    const { gate } = this.options;
    if (gate === undefined || outcome.receiver === 'healthy' || gate.allowsClaims()) return;
    this.giveBack(this.takeUnstarted());
  }

  private get unstarted(): number {
    return this.buffer.size + this.beside.size;
  }

  private takeUnstarted(): I[] {
    return [...this.buffer.takeAll(), ...this.beside.takeAll()];
  }

  /** Claims that were never started; a probe among them has no result. */
  private giveBack(items: readonly I[]): void {
    if (items.length === 0) return;
    this.options.gate?.report('unknown');
    this.writer.release(items);
  }

  private claimIfLow(): void {
    if (this.end !== null || this.claiming || this.asking || this.hasEnough()) return;
    if (this.writer.backlog > this.maxBacklog) return;
    const room = Math.min(this.chunkSize, (this.options.maxItems ?? Infinity) - this.claimed);
    if (room <= 0) {
      this.end = 'limit';
      return;
    }
    const allowed = this.options.gate?.allowance(room) ?? room;
    if (allowed > 0) this.claim(allowed);
    else if (this.inFlight === 0 && this.unstarted === 0) this.stop('receiver_down');
  }

  private hasEnough(): boolean {
    const ready = this.buffer.ready + this.beside.ready;
    return ready >= this.chunkSize || this.unstarted - ready >= this.maxParked;
  }

  private claim(limit: number): void {
    this.claiming = true;
    this.source.claim({ limit }).then(
      (result) => this.onClaimed(result),
      (error: unknown) => this.onClaimFailed(error),
    );
  }

  private onClaimed({ items, beside = [], exhausted, skipped = 0 }: ClaimResult<I>): void {
    this.claiming = false;
    this.claimed += items.length + beside.length;
    if (items.length + beside.length === 0) this.options.gate?.report('unknown');
    this.buffer.push(items);
    this.beside.push(beside);
    if (this.stopping()) this.giveBack(this.takeUnstarted());
    if (skipped > 0) this.onReport({ successful: 0, failed: 0, skipped, dead: 0, retried: 0, lost: 0, samples: [] });
    if (exhausted && this.end === null) this.onExhausted();
    this.pump();
  }

  private onClaimFailed(error: unknown): void {
    this.claiming = false;
    this.options.gate?.report('unknown');
    if (mayHaveTakenEffect(error)) this.mayHoldClaims = true;
    this.stop('failed', databaseFault(`${this.source.name}: could not claim`, error));
  }

  private onExhausted(): void {
    const { more } = this.options;
    if (more === undefined) {
      this.end = 'exhausted';
      return;
    }
    this.asking = true;
    more({ inFlight: this.inFlight + this.unstarted }).then(
      (again) => this.onMore(again),
      (error: unknown) => this.stop('failed', databaseFault(`${this.source.name}: waiting for more failed`, error)),
    );
  }

  private onMore(again: boolean): void {
    this.asking = false;
    if (!again) this.end ??= 'exhausted';
    this.pump();
  }

  private stopping(): boolean {
    return this.end !== null && END_RANK[this.end] > 0;
  }

  private stop(end: DrainEnd, error: SchedulerError | null = null): void {
    if (this.finished && error === null) return;
    this.error ??= error;
    const nothingCut = end === 'closing' && this.end !== null && this.unstarted === 0;
    if (!nothingCut && (this.end === null || END_RANK[end] > END_RANK[this.end])) this.end = end;
    if (this.finished) return;
    this.giveBack(this.takeUnstarted());
    this.pump();
  }

  private finish(): void {
    this.finished = true;
    this.withdraw?.();
    void this.writer.close().then(() => {
      this.options.signal.removeEventListener('abort', this.onAbort);
      this.options.closing.removeEventListener('abort', this.onClosing);
      this.resolve(this.report());
    });
  }

  private report(): DrainReport {
    return {
      ...this.counts,
      end: this.end ?? 'exhausted',
      claimed: this.claimed,
      released: this.writer.released,
      unsettled: this.writer.unsettled,
      mayHoldClaims: this.mayHoldClaims,
      error: this.error,
    };
  }
}
