// The two kinds of job types: those that share the worker's slots, and those with slots of their own. Pure.
import type { QueueItem } from '../define/queue-item.js';
import { planClaim, type Lane, type PlanInput, type PlannedLane } from './lanes.js';

export interface SlotPlanInput extends PlanInput {
  /** The maximum number of types that share the worker's slots. */
  readonly room: number;
  readonly hasOwnSlots: (type: string) => boolean;
}

/** The maximum number of each kind. */
export interface SlotLimits {
  readonly shared: number;
  readonly own: number;
}

export interface SlotPlan {
  readonly planned: readonly PlannedLane[];
  readonly limits: SlotLimits;
}

/** Plans a claim of both kinds; where both have due jobs, each gets a part of `limit`, so that neither waits for the other's backlog. */
export function planBySlots({ lanes, room, hasOwnSlots, ...input }: SlotPlanInput): SlotPlan {
  const isOwn = ({ type }: Lane): boolean => hasOwnSlots(type);
  const sharing = lanes.filter((lane) => !isOwn(lane));
  const own = room === 0 || sharing.length === 0 ? input.limit : Math.ceil(input.limit / 2);
  const beside = planClaim({ ...input, lanes: lanes.filter(isOwn), limit: own });
  const shared = Math.min(room, input.limit - beside.reduce((sum, { take }) => sum + take, 0));
  const inSlots = planClaim({ ...input, lanes: sharing, limit: shared });
  return { planned: [...inSlots, ...beside], limits: { shared, own } };
}

export interface JobsBySlots {
  readonly items: readonly QueueItem[];
  readonly beside: readonly QueueItem[];
  /** As many of a kind as were allowed: there may be more. */
  readonly isFull: boolean;
}

export function bySlots(
  jobs: readonly QueueItem[],
  { shared, own }: SlotLimits,
  hasOwnSlots: (type: string) => boolean,
): JobsBySlots {
  const beside = jobs.filter(({ type }) => hasOwnSlots(type));
  const items = beside.length === 0 ? jobs : jobs.filter(({ type }) => !hasOwnSlots(type));
  const isReached = ({ length }: readonly QueueItem[], limit: number): boolean => length > 0 && length >= limit;
  return { items, beside, isFull: isReached(items, shared) || isReached(beside, own) };
}
