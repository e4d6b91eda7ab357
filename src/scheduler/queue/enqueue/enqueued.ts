// What enqueueing returns.

export interface Enqueued {
  readonly id: string;
  /** True when a job with the same unique key was there already: `id` is that job's. */
  readonly existing: boolean;
  /** That job was changed to the one that was asked for (`onConflict: 'replace'`). */
  readonly replaced?: true;
}
