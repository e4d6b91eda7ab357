// The listening socket: opened on a port, closed without interrupting requests.
import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as SocketServer, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { SchedulerError } from '../base/errors.js';

export interface Listener {
  /** The actual port, for when 0 was requested. */
  readonly port: number;
  /**
   * Accepts nothing new once `informed` resolves, and lets requests finish; after `graceMs` the rest is cut off. May be called more than
   * once.
   */
  close(graceMs: number, informed?: Promise<void>): Promise<void>;
}

/**
 * A keep-alive connection that seems idle may have a request on its way: if it were closed at once, its client would see a reset. So it may
 * send one more request, whose response says that it was the last (the app does that). Long enough for a load balancer that polls every
 * second, or one on a very busy machine, to have seen that we are draining.
 */
const LINGER_MS = 2_000;
/** Longer than load balancers keep an idle connection (60 s is common), so that they close it and never send to one that we are closing. */
const KEEP_ALIVE_MS = 75_000;
/** Uploads of batch lists may be a gigabyte over a slow line; Node's own limit is five minutes. Headers keep theirs (a minute). */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** A keep-alive connection would delay the close until its time-out. */
const IDLE_CHECK_MS = 50;

/** Resolves when it accepts connections. Throws INVALID_CONFIG if the address cannot be used. */
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
  // connections that are not accepted yet would be reset
  await turn();
  // the close of an HTTP server would close idle connections now
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
