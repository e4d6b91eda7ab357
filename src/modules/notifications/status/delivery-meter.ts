// Counts the attempts of this process by outcome and their durations, for Prometheus and for a log line every minute.
import type { ModuleHost } from '../../../scheduler/public.js';
import type { AttemptRow } from '../db/write-attempts.js';
import type { AskHealth } from './queue-health.js';

export interface DeliveryMeter {
  /** Records attempts once they are written. */
  record(attempts: readonly AttemptRow[]): void;
  listen(listener: (attempt: AttemptRow) => void): void;
  /** Returns what was recorded since the last call. */
  take(): MinuteCounts;
}

export interface MinuteCounts {
  readonly sent: number;
  readonly retried: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly delayed: number;
  /** Duration of attempts that reached a transport; null: none did. */
  readonly meanMs: number | null;
}

const NAMES = {
  sent: 'sent',
  deferred: 'retried',
  unknown: 'retried',
  failed: 'failed',
  cancelled: 'cancelled',
  delayed: 'delayed',
} as const;
const NOTHING = { sent: 0, retried: 0, failed: 0, cancelled: 0, delayed: 0 };

export function createDeliveryMeter(): DeliveryMeter {
  const listeners: ((attempt: AttemptRow) => void)[] = [];
  let counts = { ...NOTHING };
  let time = { ms: 0, attempts: 0 };
  listeners.push(({ log_status, duration_ms }) => {
    counts[NAMES[log_status]]++;
    if (duration_ms !== undefined) time = { ms: time.ms + duration_ms, attempts: time.attempts + 1 };
  });
  return {
    record: (attempts) => attempts.forEach((attempt) => listeners.forEach((listener) => listener(attempt))),
    listen: (listener) => void listeners.push(listener),
    take() {
      const taken = { ...counts, meanMs: time.attempts === 0 ? null : Math.round(time.ms / time.attempts) };
      counts = { ...NOTHING };
      time = { ms: 0, attempts: 0 };
      return taken;
    },
  };
}

/** Logs the counts of the process every `everyS` seconds. */
export function createMetricsLog(
  { logger }: Pick<ModuleHost, 'logger'>,
  { meter, ask, everyS }: { readonly meter: DeliveryMeter; readonly ask: AskHealth; readonly everyS: number },
): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const say = async (): Promise<void> => {
    const { meanMs, ...counts } = meter.take();
    const health = await ask().catch(() => null);
    logger.info('notification metrics', {
      ...{ seconds: everyS, ...counts, mean_ms: meanMs },
      ...(health === null ? { queue: 'unknown' } : { ...prefixed(health.counts), circuit_breaker: health.breaker }),
    });
  };
  return {
    start() {
      timer = setInterval(() => void say(), everyS * 1_000);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

const prefixed = ({ waiting, active }: { readonly waiting: number; readonly active: number }) => ({
  queue_waiting: waiting,
  queue_active: active,
});
