// Logging with fields, not sentences. Any logger with these methods will do; ours is winston.
import winston from 'winston';
import { describeThrown, isError } from './thrown.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** What Punctual needs of a logger; a host's winston or pino (wrapped) fits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** `json` for machines, `pretty` for a person at a terminal. */
  readonly format: 'json' | 'pretty';
}

const errorFields = winston.format((info) => {
  for (const [key, value] of Object.entries(info)) {
    if (isError(value)) {
      const { name, message, code, stack } = describeThrown(value);
      info[key] = { name, message, ...(code === null ? {} : { code }), stack };
    }
  }
  return info;
});

const pretty = winston.format.printf(({ level, message, timestamp, ...fields }) => {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  return `${String(timestamp)} ${level} ${String(message)}${rest}`;
});

/** A winston logger on standard output. */
export function createLogger({ level, format }: LoggerOptions): Logger {
  const { combine, timestamp, json } = winston.format;
  return winston.createLogger({
    level,
    format: combine(errorFields(), timestamp(), format === 'json' ? json() : pretty),
    transports: [new winston.transports.Console()],
  });
}

/** A logger that discards everything. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
