// How jobs are shown to the application's users. The engine shows those of any type; a module may show its own types in a shape of its
// own, and all of them are one list. Types only.
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
  /** As the API shows it. */
  readonly job: unknown;
}

export interface UserJobCounts extends OwnMetrics {
  /** At most ten, newest first, as the API shows them. */
  readonly recentFailures: readonly UserJobEntry[];
}

/** A member of a module: how users see the jobs of its types. The ids are those of the jobs. */
export interface UserJobView {
  /** The job types that it shows in place of the engine. */
  readonly types: readonly string[];
  /** Of a job in a list, and of the whole reply to `GET /api/jobs/:id`. */
  readonly schemas: { readonly job: z.ZodType; readonly detail: z.ZodType };
  list(scope: UserScope, query: UserJobQuery): Promise<readonly UserJobEntry[]>;
  /** The reply to `GET /api/jobs/:id` and the status of the job; null: it is none of this view's, or somebody else's. */
  get(scope: UserScope, id: string): Promise<{ readonly status: string; readonly body: unknown } | null>;
  count(scope: UserScope, hours: number): Promise<UserJobCounts>;
  /** Of what the jobs call. Default `closed`. */
  breaker?(): 'closed' | 'half_open' | 'open';
}
