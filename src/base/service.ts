// Everything long-lived is a Service: started in order, stopped in reverse.

/**
 * `start` resolves when the service is working; `stop` waits for running work, may be called more than once, and is harmless on a service
 * that was never started.
 */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}
