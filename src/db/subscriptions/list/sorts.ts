// What subscriptions can be sorted by. Rows without a value come last in either direction; what has the same value goes by its id.

export const SORT_COLUMNS = ['next_run_at', 'created_at', 'last_run_at', 'consecutive_failures', 'user_id'] as const;

export type SortColumn = (typeof SORT_COLUMNS)[number];
export type SubscriptionSort = SortColumn | `-${SortColumn}`;

export interface SortKey {
  /** The table that has the column, alone. */
  readonly table: '{processing} p' | '{entities} s';
  /** The subscription's id in that table. */
  readonly id: string;
  readonly column: string;
  /** Rows that have a place in the order; the rest comes after them. */
  readonly placed: string;
  /** The type of a key in a cursor; user_id has the host's. */
  readonly type: string | null;
}

const ofProcessing = (column: SortColumn, type: string, placed = 'NOT p.superseded'): SortKey => ({
  ...{ table: '{processing} p', id: 'p.subscription_id', column: `p.${column}`, type },
  placed: `${placed} AND p.${column} IS NOT NULL`,
});

export const SORT_KEYS: Readonly<Record<SortColumn, SortKey>> = {
  // paused, suspended and inactive ones do not run at the time that their row names
  next_run_at: ofProcessing('next_run_at', 'timestamptz', 'p.runnable'),
  created_at: ofProcessing('created_at', 'timestamptz'),
  last_run_at: ofProcessing('last_run_at', 'timestamptz'),
  consecutive_failures: ofProcessing('consecutive_failures', 'integer'),
  user_id: {
    ...{ table: '{entities} s', id: 's.id', column: 's.user_id', type: null },
    placed: 's.user_id IS NOT NULL',
  },
};

export const columnOf = (sort: SubscriptionSort): SortColumn => sort.replace(/^-/, '') as SortColumn;

export const isDescending = (sort: SubscriptionSort): boolean => sort.startsWith('-');
