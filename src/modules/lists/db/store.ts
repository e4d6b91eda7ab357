// Stores a batch of members together with its counts and checkpoint: one statement, all or nothing, guarded by the fence of the attempt.
import type { Db } from '../../../scheduler/public.js';
import type { Member, MemberColumns } from './member-columns.js';

export type { Member };

export type Shadowed = Pick<Member, 'emailKey' | 'externalId'>;

export interface Reject {
  readonly line: number | null;
  readonly externalId: string | null;
  readonly value: string | null;
  readonly reason: string;
}

export interface Batch {
  /** Certainly not in the list. Here and in `doubtful`: with distinct addresses, and without control characters in their texts. */
  readonly fresh: MemberColumns;
  /** May be in the list or in `fresh`: each is looked up. */
  readonly doubtful: MemberColumns;
  /** Of further members with the address of a doubtful one: not stored, but each may be one that came before. */
  readonly shadowed: readonly Shadowed[];
  readonly rejects: readonly Reject[];
  /** What it adds to the counts, in addition to new members. */
  readonly pages: number;
  readonly fetched: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly total: number | null;
  readonly checkpoint: unknown;
  /** Counts only new members, because the pages were counted when they were first read. */
  readonly again: boolean;
  /** Completes the list if none of the members was delivered again: nothing is left to read then. */
  readonly endsIfNew: boolean;
}

export interface Stored {
  readonly inserted: number;
  /** Members that were already stored with the same provider id: they were delivered again. */
  readonly repeated: number;
  /** The list is complete. */
  readonly ended: boolean;
  /** How much longer the members API must not be called, in milliseconds; 0: it may be called. */
  readonly blockedMs: number;
}

/** Maximum number of rejects that are stored for one list; further ones are only counted. */
const KEPT_REJECTS = 100_000;

const column = <T, K extends keyof T>(rows: readonly T[], key: K): T[K][] => rows.map((row) => row[key]);

interface Row extends Record<string, unknown> {
  readonly held: boolean;
  readonly added: number;
  readonly repeated: number;
  readonly ended: boolean;
  readonly blocked_ms: number;
}

const PARAMETERS = Array.from({ length: 29 }, (_, index) => `$${index + 1}`).join();

/** One round trip; the statement is functions/store_list_batch.sql. Returns null if the attempt has been fenced off. */
export async function storeBatch(db: Db, listId: string, fence: number, batch: Batch): Promise<Stored | null> {
  const { fresh, doubtful, shadowed, rejects } = batch;
  const { rows } = await db.query<Row>(`SELECT * FROM {schema}.store_list_batch(${PARAMETERS})`, [
    ...[listId, fence, fresh.count, ...fresh.texts, doubtful.count, ...doubtful.texts],
    ...[column(shadowed, 'emailKey'), column(shadowed, 'externalId')],
    ...[column(rejects, 'line'), column(rejects, 'externalId'), column(rejects, 'value'), column(rejects, 'reason')],
    ...[KEPT_REJECTS, batch.pages, batch.fetched, batch.duplicates, batch.invalid, batch.total],
    ...[batch.checkpoint === null ? null : JSON.stringify(batch.checkpoint), batch.again, batch.endsIfNew],
  ]);
  const [stored] = rows;
  if (stored === undefined || !stored.held) return null;
  return {
    inserted: stored.added,
    repeated: stored.repeated,
    ended: stored.ended,
    blockedMs: stored.blocked_ms,
  };
}
