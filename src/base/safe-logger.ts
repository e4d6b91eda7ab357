// A logger that cannot do harm: the host's own may throw, and handlers may pass it anything.
import { describeThrown, isError, propertyOf, textOf } from './thrown.js';
import type { LogFields, Logger } from './logger.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The line as a text and fields. An error in place of the message is kept under `error`. */
export function asLogLine(message: unknown, data?: unknown): { readonly message: string; readonly data: unknown } {
  if (!isError(message)) return { message: textOf(message), data };
  const { name, code, stack, message: text } = describeThrown(message);
  const error = { name, ...(code === null ? {} : { code }), stack };
  return { message: text, data: data === undefined ? { error } : { error, data } };
}

const write = (logger: Logger, level: Level, message: unknown, fields?: unknown): void => {
  try {
    const line = asLogLine(message, fields);
    const { data } = line;
    if (data === undefined) logger[level](line.message);
    else logger[level](line.message, (typeof data === 'object' && data !== null ? data : { data }) as LogFields);
  } catch {
    // a line that cannot be written must not undo the work that it reports
  }
};

/** The same logger, whose methods never throw and take any value. */
export function safeLogger(logger: Logger): Logger {
  const at =
    (level: Level) =>
    (message: string, fields?: LogFields): void =>
      write(logger, level, message, fields);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => safeLogger(childOf(logger, fields)),
  };
}

function childOf(logger: Logger, fields: LogFields): Logger {
  try {
    return typeof propertyOf(logger, 'child') === 'function' ? logger.child(fields) : logger;
  } catch {
    return logger;
  }
}
