// A subscription with its live processing row, as lists and single reads return it.

export interface SubscriptionRow {
  readonly id: string;
  readonly user_id: string | null;
  readonly tenant_id: string | null;
  readonly active: boolean | null;
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly paused_until: Date | null;
  readonly anchor_ms: number | null;
  readonly status: string | null;
  readonly next_run_at: Date | null;
  readonly last_run_at: Date | null;
  readonly scheduled_for: Date | null;
  readonly attempt: number | null;
  readonly consecutive_failures: number | null;
  readonly error: string | null;
  readonly metadata: unknown;
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
  /** The sort key at full precision, for the cursor. */
  readonly sort_key: string | null;
}

/** "Until it is resumed"; the host may write infinity, which a Date cannot represent. */
export const FOREVER = new Date('9999-12-31T00:00:00.000Z');

/** While an extra occurrence is being processed, the regular next run is in resume_at. */
export const SUBSCRIPTION_COLUMNS = `
  s.id::text AS id, s.user_id::text AS user_id, s.tenant_id, s.active, s.frequency::text AS frequency, s.timezone,
  s.schedule::text AS schedule, CASE WHEN s.paused_until IS NOT NULL THEN least(s.paused_until, '9999-12-31 00:00:00+00') END AS paused_until,
  (extract(epoch FROM p.anchor_at) * 1000::numeric)::float8 AS anchor_ms,
  p.status, nullif(CASE WHEN p.status::text = 'processing' THEN coalesce(p.resume_at, p.next_run_at) ELSE p.next_run_at END, 'infinity') AS next_run_at,
  p.last_run_at, CASE WHEN p.status::text = 'processing' OR p.attempt > 0 THEN p.scheduled_for END AS scheduled_for,
  p.attempt, p.consecutive_failures, p.error, p.metadata, p.created_at, p.updated_at`;

export const SUBSCRIPTION_TABLES = `{entities} s LEFT JOIN {processing} p ON p.subscription_id = s.id AND NOT p.superseded`;
