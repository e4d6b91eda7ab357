// What enqueueing returns.

export interface Enqueued {
  readonly id: string;
  /** True if a job with the same unique key already existed: `id` is that job's id. */
  readonly existing: boolean;
  /** That job was changed as `onConflict` says: to the requested one (`replace`), or to its time (`advance`). */
  readonly replaced?: true;
}
