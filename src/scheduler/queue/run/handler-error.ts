// What a handler threw, as stored with the job: a code for grouping, a message, a stack.
import { describeThrown } from '../../../base/thrown.js';
import { storableText } from '../../../base/to-json.js';

const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;

export interface HandlerError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
  /** When to retry, if the error says so (`retryAfterMs`). */
  readonly retryAfterMs: number | null;
}

/** Accepts any thrown value: errors by their `code` or `name`, anything else as `NON_ERROR`. Never throws. */
export function handlerError(thrown: unknown): HandlerError {
  const { isError, name, code, message, stack, retryAfterMs } = describeThrown(thrown);
  return {
    code: storableText(isError ? (code ?? name) : 'NON_ERROR', 100),
    message: storableText(message, MAX_MESSAGE),
    stack: stack === null ? null : storableText(stack, MAX_STACK),
    retryAfterMs,
  };
}
