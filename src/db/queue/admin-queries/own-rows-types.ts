// The types of the queries over the rows of one user.
import type { Db } from '../../database.js';

/** The columns by which lists can be sorted. */
export type UserJobSort = 'created_at' | 'scheduled_for' | 'processed_at' | 'status';

/** The owner of the rows: the workspace, or the user for rows without a workspace. */
export interface UserScope {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** The position at which a page ended. */
export interface UserJobMark {
  readonly key: string;
  readonly id: string;
}

export interface OwnPage {
  readonly sort: UserJobSort;
  readonly descending: boolean;
  /** Only rows after this position. */
  readonly after: UserJobMark | null;
  readonly offset: number;
  readonly limit: number;
}

/** Counts over the rows of the last hours among the newest 10,000 of the owner. */
export interface OwnMetrics {
  readonly total: number;
  /** There may be more of these hours. */
  readonly capped: boolean;
  readonly succeeded: number;
  readonly failed: number;
  /** Mean duration of those that succeeded; null: there are none. */
  readonly meanMs: number | null;
  /** Those that were due more than a minute ago. */
  readonly overdue: number;
  readonly waiting: number;
  readonly active: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly deliveryMethods: Readonly<Record<string, number>>;
}

/** A table of rows with owners (`workspace_id`, `user_id`), whose ids increase with time. All fields are constants of the program. */
export interface OwnRows {
  /** The prefix of the columns, including the dot: `n.` */
  readonly alias: string;
  readonly table: string;
  /** The table, or some of its rows, with that alias and its joins. */
  readonly from: (rows: string) => string;
  /** Expressions. */
  readonly status: string;
  readonly processedAt: string;
  readonly durationMs: string;
  readonly dueAt: string;
  readonly deliveryMethod: string;
  /** Statuses. */
  readonly succeeded: string;
  readonly failed: string;
  readonly active: string;
  readonly waiting: readonly string[];
  /** The waiting statuses of rows that may be late. */
  readonly mayBeLate: readonly string[];
}

/** Conditions on rows with their values; their `$n` start after `offset`. */
export type RowConditions = (offset: number) => { readonly sql: string; readonly values: readonly unknown[] };

/** The rows that are examined, if an index provides them in the order of their ids: without it, all rows of the owner. */
export interface Walk {
  readonly rows: RowConditions;
  /** True: the index has the owner too (an index on owner and id with such a condition). False: the owner of each row is compared. */
  readonly withOwner: boolean;
  /** Always fewer rows than a page examines: there is nothing to continue with. */
  readonly isShort?: boolean;
}

export interface OwnRowsQuery {
  readonly columns: string;
  readonly conditions: RowConditions;
  readonly walk?: Walk;
}

export interface OwnRowsPage<R> {
  readonly rows: readonly (R & { readonly sortKey: string })[];
  /**
   * In the order of creation, a page examines up to 20,000 rows. If these did not fill it, there may be further ones after this position.
   * Null: there are none, or the page is full.
   */
  readonly edge: UserJobMark | null;
  /** In another order, only the newest 50,000 rows are sorted. True: there are older ones. */
  readonly truncated: boolean;
}

export interface OwnRowsQueries {
  /** The condition on one row; `$1` is the workspace, `$2` the user. */
  readonly isOwn: string;
  /** One page in any order; rows with equal keys are in the order of their ids. Each row has these columns and its `sortKey`. */
  list<R>(db: Db, scope: UserScope, page: OwnPage, wanted: OwnRowsQuery): Promise<OwnRowsPage<R>>;
  /** Counts over the rows of the last `hours` among the newest 10,000 of the owner. */
  count(db: Db, scope: UserScope, hours: number, conditions?: RowConditions): Promise<OwnMetrics>;
}
