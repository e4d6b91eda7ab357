// Decides whether a claimed occurrence of a recurring job runs as it is: one that waited through an outage or a pause gets the plan
// of its schedule's misfire policy. Pure.
import { withSpread, type MisfireGap, type SpreadOccurrence } from '../../schedule/index.js';
import type { QueueItem } from '../define/queue-item.js';
import { planDue, seriesOf } from './recurrence.js';

/** `run`: a later occurrence runs instead. `wait`: none runs now. `over`: none runs, and none will follow. */
export type LatePlan =
  | { readonly kind: 'run' | 'wait'; readonly at: SpreadOccurrence; readonly gap: MisfireGap }
  | { readonly kind: 'over'; readonly gap: MisfireGap };

/**
 * Null: it runs unchanged. This also applies to one that may have started before (a retry, or its instance died), and to one that was
 * moved, for example by a manual retry: it is wanted at that time. Throws INVALID_SCHEDULE.
 */
export function planLate({ id, attempt, scheduledMs, extras }: QueueItem): LatePlan | null {
  const { recurrence, crashes } = extras;
  if (recurrence === null || attempt > 1 || crashes > 0) return null;
  const series = seriesOf(recurrence.schedule, recurrence.series_id ?? id);
  const place = withSpread(series.compiled, series.id, scheduledMs);
  if (place.effectiveMs !== recurrence.run_ms) return null;
  const plan = planDue(series, scheduledMs, recurrence.now_ms);
  const gap = plan?.gaps[0];
  if (plan === null || gap === undefined) return null;
  const nominalMs = plan.runMs ?? plan.nextMs;
  if (nominalMs === null) return { kind: 'over', gap };
  return { kind: plan.runMs === null ? 'wait' : 'run', at: withSpread(series.compiled, series.id, nominalMs), gap };
}

const WHAT = {
  run: 'missed occurrences do not run: this later one runs in their place',
  wait: 'missed occurrences do not run: this job waits for the next one',
  over: 'missed occurrences do not run, and none is left',
} as const;

/** For the log of the job. */
export function lateLine({ kind, gap }: LatePlan): { message: string; data: Readonly<Record<string, unknown>> } {
  const { outcome, count, countCapped, firstMs, lastMs } = gap;
  const times = { first: new Date(firstMs).toISOString(), last: new Date(lastMs).toISOString() };
  return { message: WHAT[kind], data: { outcome, count, count_capped: countCapped, ...times } };
}
