// What this process knows about the lanes: found by a scan, remembered while they have jobs, forgotten when they return fewer than
// requested.
import type { Clock } from '../../../base/clock.js';
import type { Database } from '../../../db/database.js';
import { scanLanes } from '../../../db/queue/queries/scan-lanes.js';
import { readLanes, type Lane, type LaneView } from './lanes.js';

export interface LaneBook {
  /** Lanes that are known to have due jobs. Scans if nothing is known or the information is old. */
  due(): Promise<{ lanes: readonly Lane[]; fresh: boolean }>;
  /** Scans again, or joins a scan that has just begun. */
  scan(): Promise<LaneView>;
  /** The result of a claim from a lane: fewer jobs than requested means that it has no more. */
  record(lane: Lane, asked: number, got: number, lastRunUs: number | null): void;
  /** Something may have become due unnoticed (a release, a poll): scan again before relying on known lanes. */
  stale(): void;
  /** New work was announced: most likely in the most recent lanes, so the next claim tries those before it scans. */
  announced(): void;
  readonly unknownTypes: readonly string[];
  readonly anyLeft: boolean;
  /**
   * Milliseconds from now until the first job that was not due at the last scan (a claim takes those that were). 0 or less: it has become
   * due since, so scan again. null: nothing is coming.
   */
  readonly comingInMs: number | null;
}

export interface LaneBookOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly known: (type: string) => boolean;
  readonly open: (type: string) => boolean;
}

/** An urgent lane that appears under load is noticed within this time, or ten times the duration of a scan if that is longer. */
const FRESH_MS = 100;
const LOOKS_SHARE = 10;
/** Jobs that were committed late, with a time before the floor of their lane, are noticed within this time. */
const FLOOR_MS = 1_000;
/** Lanes to try without a scan. */
const MAX_RECENT = 8;

export function createLaneBook({ db, clock, now, known, open }: LaneBookOptions): LaneBook {
  let lanes = new Map<string, Lane>();
  let unknownTypes: readonly string[] = [];
  let scannedMs = 0;
  let trusted = false;
  let freshMs = FRESH_MS;
  let generation = 0;
  let flooredMs = -Infinity;
  let comingInMs: number | null = null;
  let scanning: { readonly view: Promise<LaneView>; readonly generation: number } | undefined;
  const recent = new Map<string, Lane>();
  let guess = false;
  const keyOf = ({ priority, type, bucket }: Lane): string => `${priority} ${bucket} ${type}`;

  const look = async (): Promise<LaneView> => {
    const began = { ms: clock.monotonicMs(), generation };
    const view = readLanes(await scanLanes(db, now()), known, open);
    const keepFloors = began.ms - flooredMs < FLOOR_MS;
    if (!keepFloors) flooredMs = began.ms;
    const before = lanes;
    lanes = new Map(view.due.map((lane) => [keyOf(lane), lane]));
    if (keepFloors) for (const [key, lane] of lanes) lane.floor = before.get(key)?.floor ?? null;
    ({ comingInMs, unknownTypes } = view);
    scannedMs = began.ms;
    freshMs = Math.max(FRESH_MS, LOOKS_SHARE * (clock.monotonicMs() - began.ms));
    trusted = began.generation === generation;
    return view;
  };

  /** Joins a scan in progress, unless new work was reported after it began. */
  const scan = (): Promise<LaneView> => {
    if (scanning?.generation === generation) return scanning.view;
    const begun = { generation, view: look() };
    scanning = begun;
    const end = (): void => {
      if (scanning === begun) scanning = undefined;
    };
    begun.view.then(end, end);
    return begun.view;
  };

  /** The lanes that recently had jobs, the most recent last. */
  const remember = (key: string, lane: Lane): void => {
    recent.delete(key);
    recent.set(key, lane);
    const [oldest] = recent.keys();
    if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
  };

  const stale = (): void => {
    generation += 1;
    trusted = false;
    flooredMs = -Infinity;
  };

  return {
    scan,
    async due() {
      if (guess && lanes.size === 0 && recent.size > 0) {
        guess = false;
        lanes = new Map([...recent].map(([key, lane]) => [key, { ...lane, floor: null }]));
        return { lanes: [...lanes.values()], fresh: false };
      }
      const fresh = !trusted || lanes.size === 0 || clock.monotonicMs() - scannedMs > freshMs;
      if (fresh) await scan();
      return { lanes: [...lanes.values()], fresh };
    },
    record(lane, asked, got, lastRunUs) {
      const current = lanes.get(keyOf(lane));
      if (current === undefined) return;
      if (lastRunUs !== null) {
        current.floor = lastRunUs;
        remember(keyOf(lane), current);
      }
      if (got < asked) lanes.delete(keyOf(lane));
    },
    stale,
    announced() {
      stale();
      guess = true;
    },
    get unknownTypes() {
      return unknownTypes;
    },
    get comingInMs() {
      return comingInMs === null ? null : comingInMs - (clock.monotonicMs() - scannedMs);
    },
    get anyLeft() {
      return lanes.size > 0;
    },
  };
}
