// The listening socket: opened on a port, closed without cutting a request short.
import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as SocketServer, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { SchedulerError } from '../base/errors.js';

export interface Listener {
  /** The port it has; of use when 0 was asked for. */
  readonly port: number;
  /**
   * Accepts nothing new, from when `informed` resolves, and lets requests finish; what is not done after `graceMs` is cut. May be
   * called twice.
   */
  close(graceMs: number, informed?: Promise<void>): Promise<void>;
}

/**
 * A kept connection that seems idle may carry a request that is on its way: closed at once, its client would see a reset. So it
 * may bring one more request first, whose response says that it was the last (the app sees to that). Long enough for a balancer
 * that looks every second, or one on a machine so busy that half a second was too short, to have seen that we drain.
 */
const LINGER_MS = 2_000;
/** Longer than balancers keep an idle connection (60 s is common): so they close it, and never send into one that we are closing. */
const KEEP_ALIVE_MS = 75_000;
/** Uploads of batch lists may be a gigabyte over a slow line; Node's own limit is five minutes. Headers keep theirs (a minute). */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** A connection that is kept after its last response would hold the close up until its time-out. */
const IDLE_CHECK_MS = 50;

/** Resolves when it accepts connections. Throws INVALID_CONFIG when that is not possible here. */
export async function listen(handler: RequestListener, host: string, port: number): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refused(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs, informed) => close(server, graceMs, informed),
  };
}

/** Names the variables that were set. */
const refused = (error: Error, host: string, port: number): SchedulerError =>
  new SchedulerError(
    'INVALID_CONFIG',
    `cannot listen on HOST ${host}, PORT ${port}: ${error.message}`,
    {},
    { cause: error },
  );

async function close(server: Server, graceMs: number, informed = Promise.resolve()): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await informed;
  // what was connected and not accepted yet would be reset
  await turn();
  // that of an HTTP server would close what is idle now
  const closed = new Promise<void>((resolve) => SocketServer.prototype.close.call(server, () => resolve()));
  let idle: NodeJS.Timeout | undefined;
  const linger = setTimeout(() => {
    idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  }, LINGER_MS);
  await closed;
  clearTimeout(linger);
  clearInterval(idle);
  clearTimeout(cut);
}
