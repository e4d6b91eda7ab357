// How the process ends: a signal drains it, a second one forces the exit, and an uncaught error drains it and exits with 1.
import type { Config } from '../base/config/config.js';
import { toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';

/** The part of `process` that is needed here. */
export interface HostProcess {
  on(event: string, listener: (value: unknown) => void): unknown;
  exit(code: number): void;
}

export interface EndOptions {
  readonly process: HostProcess;
  readonly logger: Logger;
  /** Drains and releases everything. */
  readonly stop: () => Promise<void>;
  /** Milliseconds after which the process exits even if `stop` has not finished. */
  readonly limitMs: number;
}

const FORCED = 1;
const FAILED = 1;

/** Listens from now on. Code that fails elsewhere can call `end` with the error. */
export function endWithProcess({ process, logger, stop, limitMs }: EndOptions): { end(failure: unknown): void } {
  let ending = false;
  const drain = (code: number): void => {
    ending = true;
    setTimeout(() => {
      logger.error('the shutdown did not complete, the process exits anyway', { limit_ms: limitMs });
      process.exit(FAILED);
    }, limitMs).unref();
    stop()
      .then(() => code)
      .catch((error: unknown) => {
        logger.error('could not stop cleanly', { error: toError(error) });
        return FAILED;
      })
      .then(
        (exitCode) => process.exit(exitCode),
        () => {},
      );
  };
  const onSignal = (signal: unknown): void => {
    if (ending) {
      logger.warn('forced to end', { signal });
      return process.exit(FORCED);
    }
    logger.info('draining', { signal });
    drain(0);
  };
  const end = (failure: unknown): void => {
    logger.error('ending after an error', { error: toError(failure) });
    if (!ending) drain(FAILED);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  return { end };
}

/** Beyond the grace period of running work there are closing steps, each with its own limit. */
const FAREWELLS_MS = 60_000;

export const stopLimitMs = ({ scheduler }: Pick<Config, 'scheduler'>): number =>
  scheduler.shutdownGraceS * 1_000 + FAREWELLS_MS;
