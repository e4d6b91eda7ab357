// Which request (and run) a log line belongs to, carried through asynchronous calls so that nobody has to pass it on.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields, Logger } from './logger.js';

export interface RequestContext {
  /** Runs `work`; every line that it logs, now or later, carries `fields` besides those already set. */
  run<T>(fields: LogFields, work: () => T): T;
  /** The fields set around the caller; empty outside of `run`. */
  fields(): LogFields;
}

/** One per process: the server creates it and passes it to the logger and the routes. */
export function createRequestContext(): RequestContext {
  const storage = new AsyncLocalStorage<LogFields>();
  const fields = (): LogFields => storage.getStore() ?? {};
  return { fields, run: (own, work) => storage.run({ ...fields(), ...own }, work) };
}

/** A logger that adds the context's fields to every line; fields of the line itself take precedence. */
export function withRequestContext(logger: Logger, context: RequestContext): Logger {
  const merged = (fields?: LogFields): LogFields => ({ ...context.fields(), ...fields });
  return {
    debug: (message, fields) => logger.debug(message, merged(fields)),
    info: (message, fields) => logger.info(message, merged(fields)),
    warn: (message, fields) => logger.warn(message, merged(fields)),
    error: (message, fields) => logger.error(message, merged(fields)),
    child: (fields) => withRequestContext(logger.child(fields), context),
  };
}
