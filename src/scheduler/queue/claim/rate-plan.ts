// Rate limits in a plan: a token for every start, and nothing planned that none was drawn for.
import type { JobRegistry } from '../define/define-job.js';
import type { PlannedLane } from './lanes.js';
import type { QueueItem } from '../define/queue-item.js';
import type { RateLimiter } from './rate-limiter.js';

export interface RateDeps {
  readonly registry: JobRegistry;
  readonly rates: RateLimiter;
}

export function countByType(planned: readonly PlannedLane[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lane, take } of planned) counts.set(lane.type, (counts.get(lane.type) ?? 0) + take);
  return counts;
}

type Drawn = ReadonlyMap<string, number>;

/** What is left of a plan, and the tokens drawn for it. */
export interface RatedPlan {
  readonly planned: readonly PlannedLane[];
  readonly drawn: Drawn;
}

/** Draws a token for every planned start of a type with a rate limit, and plans no more than were granted. */
export async function withinRates(
  deps: RateDeps,
  plan: readonly PlannedLane[],
  giveBack: (type: string, count: number) => void,
  onShort: (type: string, pauseMs: number) => void,
): Promise<RatedPlan> {
  const drawn = new Map<string, number>();
  const planned: PlannedLane[] = [];
  const reserved = countByType(plan);
  try {
    for (const { lane, take } of plan) {
      const granted = await drawFor(deps, lane.type, take, onShort);
      if (granted === null) {
        planned.push({ lane, take });
        continue;
      }
      if (granted > 0) planned.push({ lane, take: granted });
      drawn.set(lane.type, (drawn.get(lane.type) ?? 0) + granted);
      reserved.set(lane.type, (reserved.get(lane.type) ?? 0) - take + granted);
      giveBack(lane.type, take - granted);
    }
  } catch (error) {
    for (const [type, count] of reserved) giveBack(type, count);
    throw error;
  }
  return { planned, drawn };
}

/** null: the type has no rate limit. */
async function drawFor(
  { registry, rates }: RateDeps,
  type: string,
  wanted: number,
  onShort: (type: string, pauseMs: number) => void,
): Promise<number | null> {
  const limit = registry.get(type)?.rateLimit;
  if (limit === undefined) return null;
  const granted = await rates.draw(type, limit, wanted);
  if (granted < wanted) onShort(type, rates.pauseMs(limit));
  return granted;
}

export async function returnTokens(
  { registry, rates }: RateDeps,
  drawn: Drawn,
  items: readonly QueueItem[],
): Promise<void> {
  for (const [type, count] of drawn) {
    const unused = count - items.filter((item) => item.type === type).length;
    const limit = registry.get(type)?.rateLimit;
    if (unused > 0 && limit !== undefined) await rates.giveBack(type, limit, unused);
  }
}
