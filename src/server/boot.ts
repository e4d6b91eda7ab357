// Starts everything in order and stops it in reverse: database, listener, scheduler; and at the stop: readiness, listener, scheduler,
// database.
import { systemClock } from '../base/clock.js';
import type { Config } from '../base/config/config.js';
import { toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import type { RequestContext } from '../base/request-context.js';
import { createScheduler } from '../compose/create-scheduler.js';
import { serverModules } from '../compose/modules.js';
import { createLoginCodes, type LoginCodes } from '../dashboard/login-codes.js';
import type { ServerState } from '../routes/telemetry/health.js';
import type { UserJobs } from '../scheduler/queue/index.js';
import { createApp } from './app.js';
import { listen } from './listener.js';
import { schedulerOptions } from './scheduler-options.js';
import { createReadinessLooks } from './readiness-looks.js';
import { openServerDatabase } from './server-database.js';

export interface Server {
  /**
   * Resolves with the port when everything is running, or with null if it was stopped before that. `stop` releases what a failed start
   * leaves behind.
   */
  start(): Promise<number | null>;
  /** Drains and releases everything that was started, in any state. May be called more than once. */
  stop(): Promise<void>;
  /** A one-time login link of the dashboard for the first admin. */
  loginLink(port: number): string;
}

/** Users' jobs are isolated only by the conditions of queries: logged once, so that someone can create the role. */
async function warnOfIsolation(users: UserJobs, logger: Logger): Promise<void> {
  // a database that becomes unavailable at this moment is reported elsewhere
  const isolated = await users.isolated().catch(() => true);
  if (!isolated)
    logger.warn('users are isolated only by the conditions of queries', {
      missing_role: 'punctual_user',
      see: 'docs/jobs.md',
    });
}

const LINK_LIFE_S = 86_400;

/** The link is opened on this machine, whatever address the server listens on. */
function loginLink({ auth }: Config, codes: LoginCodes, port: number): string {
  const { name, role = 'admin' } = auth.adminTokens.find(({ role = 'admin' }) => role === 'admin') ?? { name: 'admin' };
  return `http://127.0.0.1:${port}/admin#login=${codes.issue({ name, role }, LINK_LIFE_S).code}`;
}

/** Long waits and streams end at once when the server closes; requests that take longer than this are cut off. */
const REQUEST_GRACE_MS = 10_000;

export function createServer(config: Config, logger: Logger, context: RequestContext): Server {
  const closing = new AbortController();
  const looks = createReadinessLooks(systemClock);
  const loginCodes = createLoginCodes(systemClock);
  /** Undoes each step taken so far. */
  const steps: [what: string, undo: () => Promise<void>][] = [];
  let state: ServerState = 'starting';
  let starting: Promise<number | null> | null = null;
  let stopping: Promise<void> | null = null;

  /** A step that finishes after the stop has begun is undone here. */
  const done = async (what: string, undo: () => Promise<void>): Promise<void> => {
    if (!closing.signal.aborted) return void steps.push([what, undo]);
    await undo();
    closing.signal.throwIfAborted();
  };

  async function startAll(): Promise<number> {
    const database = await openServerDatabase(config.database, logger, closing.signal);
    await done('database', () => database.close());
    const scheduler = createScheduler(schedulerOptions(config, database, logger, await serverModules(config)));
    await done('scheduler', () => scheduler.stop({ graceMs: config.scheduler.shutdownGraceS * 1_000 }));
    const app = createApp({
      scheduler,
      auth: config.auth,
      environment: config.environment,
      logger,
      context,
      state: () => state,
      probeDatabase: () => database.probe(),
      closing: closing.signal,
      looks,
      loginCodes,
    });
    const listener = await listen(app, config.host, config.port);
    await done('listener', () => listener.close(REQUEST_GRACE_MS, looks.informed()));
    await scheduler.start();
    await warnOfIsolation(scheduler.queue.users, logger);
    closing.signal.throwIfAborted();
    state = 'ready';
    return listener.port;
  }

  const start = (): Promise<number | null> =>
    startAll().catch((error: unknown) => {
      if (closing.signal.aborted) return null;
      throw error;
    });

  async function stop(): Promise<void> {
    state = 'draining';
    closing.abort();
    const failures: Error[] = [];
    for (const [what, undo] of steps.reverse()) {
      await undo().catch((error: unknown) => {
        failures.push(toError(error));
        logger.error('could not stop cleanly', { what, error: toError(error) });
      });
    }
    await starting?.catch(() => {});
    if (failures.length > 0) throw new AggregateError(failures, 'not everything was stopped cleanly');
  }

  return {
    start: () => (starting ??= start()),
    stop: () => (stopping ??= stop()),
    loginLink: (port) => loginLink(config, loginCodes, port),
  };
}
