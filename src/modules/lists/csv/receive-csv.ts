// Stores an upload while it arrives: hidden until its last row is stored, and discarded if it breaks off.
import type { Clock } from '../../../base/clock.js';
import type { Database, Db, ModuleHost } from '../../../scheduler/public.js';
import { endAttempt } from '../db/attempts.js';
import { markDeleting } from '../db/deletion.js';
import { insertList, type ListPriority, type Owner } from '../db/lists.js';
import { storeBatch } from '../db/store.js';
import { listError } from '../errors.js';
import { createKnownAddresses } from '../import/known-addresses.js';
import { createBatchMaker } from '../import/make-batch.js';
import type { RawMember } from '../import/normalise.js';
import { DELETE_LIST } from '../names.js';
import { decodeText } from './decode.js';
import { readCsv, refusedFile } from './read-csv.js';

export interface ReceiveDeps extends Pick<ModuleHost, 'enqueue' | 'newId'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly onStored: (members: number) => void;
  readonly maxBytes: number;
  readonly maxMembers: number;
}

export interface Upload {
  readonly name: string;
  readonly audience: string;
  readonly priority: ListPriority;
  readonly file: AsyncIterable<Buffer>;
  /** Runs in the transaction that completes the list: when it rejects, nothing is kept. */
  readonly onComplete?: (tx: Db, id: string) => Promise<void>;
}

const STORED_AT_ONCE = 2_000;
/** A slow upload periodically records that it is alive. */
const STORED_AFTER_MS = 30_000;

/** Returns the id of the complete list. Throws UPLOAD_REFUSED, with the line, or the error of the connection; then nothing is kept. */
export async function receiveCsv(
  deps: ReceiveDeps,
  owner: Owner,
  { file, onComplete, ...about }: Upload,
): Promise<string> {
  const { db, newId, maxBytes } = deps;
  const id = newId();
  const hidden = { status: 'receiving', source: 'csv', jobId: null } as const;
  await insertList(db, { ...owner, ...about, ...hidden, id });
  try {
    await storeRows(deps, id, readCsv(decodeText(file, maxBytes)));
    await db.transaction(async (tx) => {
      if (!(await endAttempt(tx, { id, fence: 0 }, { status: 'completed' }))) throw silent();
      await onComplete?.(tx, id);
    });
    return id;
  } catch (error) {
    // if the database is unavailable, the upkeep deletes the rest later
    await discard(deps, id).catch(() => {});
    throw error;
  }
}

const silent = (): Error =>
  listError('LIST_STATE', 'the upload was silent for too long and has been discarded: upload it again');

async function storeRows(deps: ReceiveDeps, id: string, rows: AsyncIterable<RawMember>): Promise<void> {
  const { clock, maxMembers } = deps;
  let read = 0;
  const known = createKnownAddresses();
  let waiting = createBatchMaker(known);
  let storedAt = clock.monotonicMs();
  const store = async (): Promise<void> => {
    const { repeated: _, ...made } = waiting.made();
    read += made.fetched;
    if (read > maxMembers) throw refusedFile(`has more than ${maxMembers} rows`);
    waiting = createBatchMaker(known);
    storedAt = clock.monotonicMs();
    const batch = { ...made, pages: 0, total: null, checkpoint: null, again: false, endsIfNew: false };
    const stored = await storeBatch(deps.db, id, 0, batch);
    if (stored === null) throw silent();
    deps.onStored(stored.inserted);
  };
  for await (const row of rows) {
    waiting.add([row]);
    if (waiting.fetched >= STORED_AT_ONCE || clock.monotonicMs() - storedAt > STORED_AFTER_MS) await store();
  }
  await store();
}

const discard = ({ db, enqueue }: ReceiveDeps, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    await markDeleting(tx, id);
    await enqueue(DELETE_LIST, { list_id: id }, { db: tx });
  });
