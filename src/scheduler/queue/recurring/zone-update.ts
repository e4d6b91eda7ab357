// After an update of the time zone database: moves waiting occurrences of recurring jobs to the times that their schedules now give, once.
import type { Database } from '../../../db/database.js';
import { databaseNow } from '../../../db/engine/queries/server/database-now.js';
import { readMeta, writeMeta } from '../../../db/engine/queries/meta.js';
import { lockClaims } from '../../../db/queue/queries/claim-jobs.js';
import {
  listWaitingOccurrences,
  moveWaitingOccurrences,
  type MovedOccurrence,
  type WaitingOccurrence,
} from '../../../db/queue/queries/recurring.js';
import { nearestOccurrence, tzVersion, withSpread } from '../../schedule/index.js';
import { seriesOf } from './recurrence.js';

export interface JobZonesDeps {
  readonly db: Database;
  readonly now: () => Date | null;
  /** Version of the rules in use, such as `2025c`. Default: the runtime's. */
  readonly version?: string;
}

const META_KEY = 'jobs_tz_version';
const BATCH = 1_000;

/**
 * Returns how many occurrences were moved. The first start stores its version; an instance with older rules than the stored ones changes
 * nothing. May run on several instances at once.
 */
export async function updateJobZones({ db, now, version = tzVersion() }: JobZonesDeps): Promise<number> {
  const noted = await readMeta(db, META_KEY);
  if (typeof noted === 'string' && noted >= version) return 0;
  const moved = noted === null ? 0 : await moveAll(db, now());
  await writeMeta(db, META_KEY, version);
  return moved;
}

async function moveAll(db: Database, now: Date | null): Promise<number> {
  const nowMs = (await databaseNow(db, now)).getTime();
  let moved = 0;
  for (let after: WaitingOccurrence | null = null; ;) {
    const rows: readonly WaitingOccurrence[] = await listWaitingOccurrences(db, after, BATCH);
    const moves = rows.flatMap((row) => moveOf(row, nowMs) ?? []);
    if (moves.length > 0) {
      moved += await db.transaction(async (tx) => {
        await lockClaims(tx);
        return moveWaitingOccurrences(tx, moves);
      });
    }
    if (rows.length < BATCH) return moved;
    after = rows.at(-1) ?? null;
  }
}

/** Null: it is not moved. Occurrences that are already due or were moved by hand stay as they are. */
export function moveOf(row: WaitingOccurrence, nowMs: number): MovedOccurrence | null {
  const storedMs = row.scheduled_for.getTime();
  if (storedMs <= nowMs) return null;
  const { compiled, id } = readable(row) ?? {};
  if (compiled === undefined || id === undefined || compiled.next(storedMs - 1) === storedMs) return null;
  if (withSpread(compiled, id, storedMs).effectiveMs !== row.run_at.getTime()) return null;
  const nominalMs = nearestOccurrence(compiled, storedMs);
  return nominalMs === null ? null : { id: row.id, from: row.scheduled_for, to: withSpread(compiled, id, nominalMs) };
}

/** A schedule whose zone is not known here is left to an instance that knows it. */
function readable({ schedule, series_id }: WaitingOccurrence): ReturnType<typeof seriesOf> | null {
  try {
    return seriesOf(schedule, series_id);
  } catch {
    return null;
  }
}
