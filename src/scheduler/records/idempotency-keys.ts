// Idempotency keys for modules: kept for 24 hours, stored in the transaction of the request.
import { createHash } from 'node:crypto';
import { SchedulerError } from '../../base/errors.js';
import { toJson } from '../../base/to-json.js';
import type { Db } from '../../db/database.js';
import { findIdempotencyKey, insertIdempotencyKey } from '../../db/engine/queries/records/idempotency.js';

export interface IdempotencyClaim {
  /** The operation and the owner of the key: `notifications.send:user 7`. Keys of different scopes are independent. */
  readonly scope: string;
  readonly key: string;
  /** The request; JSON. */
  readonly request: unknown;
  /** A UUID for what this request creates. */
  readonly id: string;
}

export interface IdempotencyKeys {
  /**
   * Takes the key in the caller's transaction. Returns the id of what the first request with the key created; `first` says whether this is
   * the first. A concurrent request waits until the first has committed. Throws IDEMPOTENCY_MISMATCH if the first request was different.
   */
  claim(tx: Db, claim: IdempotencyClaim): Promise<{ readonly id: string; readonly first: boolean }>;
}

const fingerprint = (request: unknown): string =>
  createHash('sha256')
    .update(toJson(request) ?? 'null')
    .digest('hex');

export const createIdempotencyKeys = (): IdempotencyKeys => ({
  async claim(tx, { scope, key, request, id }) {
    const mark = fingerprint(request);
    if (await insertIdempotencyKey(tx, { process: scope, key, fingerprint: mark, runId: id }))
      return { id, first: true };
    const known = await findIdempotencyKey(tx, scope, key);
    if (known === null)
      throw new SchedulerError('IDEMPOTENCY_IN_PROGRESS', 'the key has just expired: try again', { scope });
    if (known.fingerprint === mark) return { id: known.run_id, first: false };
    throw new SchedulerError('IDEMPOTENCY_MISMATCH', 'this idempotency key was used for a different request', {
      scope,
    });
  },
});
