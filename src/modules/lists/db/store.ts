// Stores a batch of members together with its counts and checkpoint: one statement, all or nothing, guarded by the fence of the attempt.
import type { Db } from '../../../scheduler/public.js';

export interface Member {
  readonly emailKey: string;
  readonly email: string;
  readonly externalId: string | null;
  readonly name: string | null;
  /** Milliseconds since 1970. */
  readonly joinedAtMs: number | null;
}

export interface Reject {
  readonly line: number | null;
  readonly externalId: string | null;
  readonly value: string | null;
  readonly reason: string;
}

export interface Batch {
  /** Certainly not in the list. Here and in `doubtful`: with distinct addresses, and without control characters in their texts. */
  readonly fresh: readonly Member[];
  /** May be in the list: each is looked up. */
  readonly doubtful: readonly Member[];
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
  /** Completes the list if none of the members was stored before: nothing is left to read then. */
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

/**
 * A column as one text: joining it here and splitting it in the database costs a third of an array, whose elements are escaped and parsed
 * one by one. Empty stands for null.
 */
const joined = <K extends keyof Member>(members: readonly Member[], key: K): string =>
  members.map((member) => member[key]).join('\x1F');

/** An address that equals its key is sent once. */
const columnsOf = (members: readonly Member[]): readonly string[] => [
  joined(members, 'emailKey'),
  members.map(({ email, emailKey }) => (email === emailKey ? '' : email)).join('\x1F'),
  ...[joined(members, 'externalId'), joined(members, 'name'), joined(members, 'joinedAtMs')],
];

/** The members in five such parameters. */
const rowsOf = (first: number): string => `(
       SELECT m.email_key, coalesce(m.email, m.email_key) AS email, m.external_id, m.name, to_timestamp(m.joined_ms / 1000) AS joined_at
       FROM unnest(${[0, 1, 2, 3].map((at) => split(`$${first + at}`)).join()}, ${split(`$${first + 4}`)}::float8[])
         AS m (email_key, email, external_id, name, joined_ms))`;

const split = (parameter: string): string => `string_to_array(${parameter}, chr(31), '')`;

/**
 * Returns null if the attempt has been fenced off: a later one has started, or the list was cancelled or deleted. The list's row is locked
 * first, so that batches of one list are serialised.
 */
export async function storeBatch(db: Db, listId: string, fence: number, batch: Batch): Promise<Stored | null> {
  const { fresh, doubtful, rejects } = batch;
  const given = fresh.length + doubtful.length;
  const { rows } = await db.query<{ inserted: number; repeated: number; ended: boolean; blocked_ms: number }>(
    `WITH held AS MATERIALIZED (
       SELECT id, workspace_id, invalid FROM {schema}.batch_lists
       WHERE id = $1 AND fence = $2 AND status IN ('running', 'receiving') FOR UPDATE
     ), given AS MATERIALIZED ${rowsOf(3)}, stored AS (
       INSERT INTO {schema}.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
       SELECT held.id, g.* FROM held, given g
       -- nothing else writes to this list: searching costs less than ON CONFLICT, which writes each row twice to the log. OFFSET keeps it
       -- a search for each member, where the planner might otherwise read the whole list
       WHERE NOT EXISTS (SELECT FROM {schema}.batch_list_members m
         WHERE m.list_id = held.id AND m.email_key = g.email_key OFFSET 0) RETURNING 1
     ), added AS (
       INSERT INTO {schema}.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
       SELECT held.id, f.* FROM held, ${rowsOf(20)} f
     ), refused AS (
       INSERT INTO {schema}.batch_list_rejects (list_id, line, external_id, value, reason)
       SELECT held.id, r.* FROM held, unnest($8::bigint[], $9::text[], $10::text[], $11::text[]) AS r (line, external_id, value, reason)
       WHERE held.invalid < ${KEPT_REJECTS}
     ), counted AS (
       SELECT count(*)::integer + $25::integer AS n, $26 AND count(*) + $25::integer = $19 AS ends FROM stored)
     UPDATE {schema}.batch_lists l SET
       pages = l.pages + $12, fetched = l.fetched + CASE WHEN $18 THEN counted.n ELSE $13 END,
       inserted = l.inserted + counted.n,
       duplicates = l.duplicates + CASE WHEN $18 THEN 0 ELSE $14 + $19 - counted.n END,
       invalid = l.invalid + $15, total = coalesce($16, l.total), checkpoint = coalesce($17, l.checkpoint), updated_at = now(),
       status = CASE WHEN counted.ends THEN 'completed' ELSE l.status END, error = CASE WHEN NOT counted.ends THEN l.error END,
       attempt_at = CASE WHEN NOT counted.ends THEN l.attempt_at END, completed_at = CASE WHEN counted.ends THEN now() END
     FROM held, counted WHERE l.id = held.id
     RETURNING counted.n AS inserted, counted.ends AS ended,
       CASE WHEN counted.n < $19 THEN (
         SELECT count(*)::integer FROM given g JOIN {schema}.batch_list_members m ON m.list_id = $1 AND m.email_key = g.email_key
         WHERE m.external_id = g.external_id) ELSE 0 END AS repeated,
       coalesce((SELECT greatest(0, extract(epoch FROM b.blocked_until - clock_timestamp()) * 1000)::float8
         FROM {schema}.batch_list_limits b WHERE b.workspace_id = held.workspace_id), 0) AS blocked_ms`,
    [
      ...[listId, fence, ...columnsOf(doubtful)],
      ...[column(rejects, 'line'), column(rejects, 'externalId'), column(rejects, 'value'), column(rejects, 'reason')],
      ...[batch.pages, batch.fetched, batch.duplicates, batch.invalid, batch.total],
      ...[batch.checkpoint === null ? null : JSON.stringify(batch.checkpoint), batch.again, given],
      ...[...columnsOf(fresh), fresh.length, batch.endsIfNew],
    ],
  );
  const [stored] = rows;
  return stored === undefined
    ? null
    : { inserted: stored.inserted, repeated: stored.repeated, ended: stored.ended, blockedMs: stored.blocked_ms };
}
