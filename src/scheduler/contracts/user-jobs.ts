// How jobs are shown to the application's users. The engine shows jobs of any type; a module may show its own types in its own format, and
// all of them appear in one list. Types only.
import type { z } from 'zod';
import type { OwnMetrics, OwnPage, UserJobMark, UserScope } from '../../db/queue/admin-queries/own-rows.js';

export type { UserJobMark, UserJobSort, UserScope } from '../../db/queue/admin-queries/own-rows.js';

/** All given conditions hold. */
export interface UserJobFilter {
  readonly status?: readonly string[];
  readonly type?: string;
  readonly groupId?: string;
  readonly deliveryMethod?: string;
  readonly notificationType?: string;
  readonly recipientId?: string;
}

export interface UserJobQuery extends OwnPage {
  readonly filter: UserJobFilter;
}

/**
 * One job of a list. Lists are sorted by `key` and then by `id`, both in the order of their characters: `key` is empty for
 * `created_at` (ids rise with time), the status itself, or a time as `2026-06-03T12:00:00.000000`. Jobs that have no such time come
 * last: their key is empty in descending order and `~` in ascending order.
 */
export interface UserJobEntry extends UserJobMark {
  /** As shown by the API. */
  readonly job: unknown;
}

export interface UserJobPage {
  readonly items: readonly UserJobEntry[];
  /**
   * The page examined as many jobs as it may and has fewer than its limit: the next page begins after this position. Null: it is full, or the
   * last.
   */
  readonly edge: UserJobMark | null;
  /** Older jobs are left out because only a limited number is sorted. */
  readonly truncated: boolean;
}

export interface UserJobCounts extends OwnMetrics {
  /** At most ten, newest first, as shown by the API. */
  readonly recentFailures: readonly UserJobEntry[];
}

/** A member of a module: how users see the jobs of its types. The ids are those of the jobs. */
export interface UserJobView {
  /** The job types that it shows instead of the engine. */
  readonly types: readonly string[];
  /** Of a job in a list, and of the whole reply to `GET /api/jobs/:id`. */
  readonly schemas: { readonly job: z.ZodType; readonly detail: z.ZodType };
  list(scope: UserScope, query: UserJobQuery): Promise<UserJobPage>;
  /** The response to `GET /api/jobs/:id` and the status of the job; null: it does not belong to this view, or to this user. */
  get(scope: UserScope, id: string): Promise<{ readonly status: string; readonly body: unknown } | null>;
  count(scope: UserScope, hours: number): Promise<UserJobCounts>;
  /** Of what the jobs call. Default `closed`. */
  breaker?(): 'closed' | 'half_open' | 'open';
}
