// Everything long-lived is a Service: started in order, stopped in reverse.
import type { Logger } from './logger.js';
import { toError } from './errors.js';

/**
 * `start` resolves when the service is working; `stop` waits for running work, may be called more than once, and is harmless on a service
 * that was never started.
 */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts services in order; if one fails, those already started are stopped in reverse and the error is rethrown. */
export async function startInOrder(services: readonly Service[], logger: Logger): Promise<void> {
  const started: Service[] = [];
  for (const service of services) {
    try {
      await service.start();
      started.push(service);
    } catch (error) {
      await stopInReverse(started, logger);
      throw error;
    }
  }
}

/** Stops services in reverse order. A failure is logged and does not prevent the others from stopping. */
export async function stopInReverse(services: readonly Service[], logger: Logger): Promise<void> {
  for (const service of [...services].reverse()) {
    try {
      await service.stop();
    } catch (error) {
      logger.error('service failed to stop', { service: service.name, error: toError(error) });
    }
  }
}
