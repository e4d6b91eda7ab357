// Lanes: which slices of the backlog have work, and how a claim is divided among them. Urgent lanes first, equal ones evenly.
import type { Random } from '../../../base/random.js';
import type { LaneShare } from '../../../db/queue/queries/claim-jobs.js';
import type { LaneRow } from '../../../db/queue/queries/scan-lanes.js';

/** A lane that is known to have more jobs. */
export interface Lane {
  readonly priority: number;
  readonly type: string;
  readonly bucket: number;
  /** Where its last claim ended (µs since the epoch): everything up to there is taken, except for released and late-committed jobs. */
  floor: number | null;
}

export interface PlanInput {
  readonly lanes: readonly Lane[];
  /** The total number to take. */
  readonly limit: number;
  /** Reserves room for up to `wanted` jobs of a type and returns the number reserved. */
  readonly reserve: (type: string, wanted: number) => number;
  readonly random: Random;
}

export interface PlannedLane {
  readonly lane: Lane;
  readonly take: number;
}

/**
 * Divides `limit` among lanes: the most urgent priority first, equal shares within a priority. In random order, because shares are cut off
 * at the limit, and a lane that is always last would never be served.
 */
export function planClaim({ lanes, limit, reserve, random }: PlanInput): readonly PlannedLane[] {
  const planned: PlannedLane[] = [];
  let room = limit;
  for (const group of byPriority(lanes)) {
    const order = shuffle(group, random);
    for (let index = 0; index < order.length && room > 0; index += 1) {
      const lane = order[index] as Lane;
      const take = reserve(lane.type, Math.ceil(room / (order.length - index)));
      room -= take;
      if (take > 0) planned.push({ lane, take });
    }
  }
  return planned;
}

function byPriority(lanes: readonly Lane[]): readonly (readonly Lane[])[] {
  const groups = new Map<number, Lane[]>();
  for (const lane of lanes) {
    const group = groups.get(lane.priority);
    if (group === undefined) groups.set(lane.priority, [lane]);
    else group.push(lane);
  }
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  if (items.length < 2) return items;
  const order = [...items];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] as T, order[index] as T];
  }
  return order;
}

export const toShare = ({ lane, take }: PlannedLane): LaneShare => ({
  priority: lane.priority,
  type: lane.type,
  bucket: lane.bucket,
  floor: lane.floor,
  take,
});

/** The result of a scan, for the types that this process knows and may run. */
export interface LaneView {
  /** Lanes with something due now. */
  readonly due: readonly Lane[];
  /** Milliseconds until the next job of these types; 0 or less: due now; null: nothing is coming. */
  readonly nextInMs: number | null;
  /** Milliseconds until the next job of these types that was not due at the scan; null: nothing is coming. */
  readonly comingInMs: number | null;
  /** Due types that this process does not know. */
  readonly unknownTypes: readonly string[];
}

export function readLanes(
  rows: readonly LaneRow[],
  known: (type: string) => boolean,
  open: (type: string) => boolean,
): LaneView {
  const due: Lane[] = [];
  const unknown = new Set<string>();
  let nextInMs: number | null = null;
  let comingInMs: number | null = null;
  for (const { priority, type, bucket, due_in_ms, coming_in_ms } of rows) {
    if (!known(type)) {
      if (due_in_ms <= 0) unknown.add(type);
    } else if (open(type)) {
      if (due_in_ms <= 0) due.push({ priority, type, bucket, floor: null });
      nextInMs = Math.min(nextInMs ?? Infinity, due_in_ms);
      if (coming_in_ms !== null) comingInMs = Math.min(comingInMs ?? Infinity, coming_in_ms);
    }
  }
  return { due, nextInMs, comingInMs, unknownTypes: [...unknown].sort() };
}
