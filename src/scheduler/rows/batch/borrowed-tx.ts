// The transaction that a handler receives: once its batch has ended, a handler that continues can no longer use the connection, which may
// be in use elsewhere by then.
import { SchedulerError } from '../../../base/errors.js';
import type { Db } from '../../../db/database.js';

export interface BorrowedTx {
  readonly tx: Db;
  end(): void;
}

export function borrowTx(tx: Db): BorrowedTx {
  let ended = false;
  const query: Db['query'] = (text, values) => {
    if (!ended) return tx.query(text, values);
    const message = 'the transaction of this batch has ended: await everything that uses it before the handler returns';
    return Promise.reject(new SchedulerError('INVALID_INPUT', message));
  };
  return { tx: { schema: tx.schema, query } as Db, end: () => void (ended = true) };
}
