// A logger that keeps what it is told, for tests of what is logged.
import type { Logger, LogFields } from '../../src/base/logger.js';

export interface CollectedLogs {
  readonly logger: Logger;
  /** The fields of all lines with this message, oldest first. */
  of(message: string): readonly LogFields[];
}

export function collectLogs(): CollectedLogs {
  const lines: { readonly message: string; readonly fields: LogFields }[] = [];
  const keep = (message: string, fields: LogFields = {}): void => void lines.push({ message, fields });
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return { logger, of: (message) => lines.filter((line) => line.message === message).map(({ fields }) => fields) };
}
