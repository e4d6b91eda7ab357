// Idempotency as Stripe has it: the first answer of a key is replayed, errors of the server included; other parameters are refused.
import { createHash } from 'node:crypto';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Kept {
  readonly fingerprint: string;
  /** null: the first request is still being worked on. */
  answer: Answer | null;
}

export interface IdempotencyKeys {
  /** What to answer at once: a replay or a refusal; null: this is the first request of the key. */
  known(key: string, params: string): { answer: Answer; replayed: boolean } | null;
  keep(key: string, answer: Answer): void;
  /** Nothing was done: the key is as if it had never been used. */
  release(key: string): void;
  /** As after a day. */
  forget(): void;
}

const error = (status: number, type: string, code: string, message: string): Answer => ({
  status,
  body: { error: { type, code, message } },
});

const fingerprintOf = (params: string): string => createHash('sha256').update(params).digest('hex');

export function createIdempotencyKeys(): IdempotencyKeys {
  const keys = new Map<string, Kept>();
  return {
    known: (key, params) => {
      const fingerprint = fingerprintOf(params);
      const kept = keys.get(key);
      if (!kept) {
        keys.set(key, { fingerprint, answer: null });
        return null;
      }
      if (kept.fingerprint !== fingerprint) {
        const message = `Keys for idempotent requests can only be used with the same parameters they were first used with.`;
        return { answer: error(400, 'idempotency_error', 'idempotency_error', message), replayed: false };
      }
      if (!kept.answer) {
        const message = 'There is currently another in-progress request using this Idempotent Key.';
        return { answer: error(409, 'idempotency_error', 'idempotency_key_in_use', message), replayed: false };
      }
      return { answer: kept.answer, replayed: true };
    },
    keep: (key, answer) => {
      const kept = keys.get(key);
      if (kept) kept.answer = answer;
    },
    release: (key) => void keys.delete(key),
    forget: () => keys.clear(),
  };
}
