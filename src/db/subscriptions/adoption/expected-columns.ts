// The requirements on the host's two tables if they already exist: the columns that we use and their allowed types.

export interface ExpectedColumn {
  readonly name: string;
  /** As spelled by `format_type` without a modifier. */
  readonly types: readonly string[];
  /** A varchar shorter than this could not hold what we write. */
  readonly minLength?: number;
}

export interface ExpectedTable {
  readonly role: 'entities' | 'processing';
  readonly columns: readonly ExpectedColumn[];
  /** Columns that the host or we always fill, so that NOT NULL without a default is allowed. */
  readonly filled: readonly string[];
  /** Columns whose data matters: if the host's table has one with a different spelling, an added empty one would change its meaning. */
  readonly telling: readonly string[];
  /** Columns that must exist. */
  readonly required: readonly string[];
  /** False if only the host inserts rows, or if our API reports missing values to its caller. */
  readonly weInsert: boolean;
}

const TEXT = ['text', 'character varying'];
const INSTANT = ['timestamp with time zone'];

const KEY_TYPES: readonly string[] = ['uuid', 'bigint', 'integer', ...TEXT];

const of = (types: readonly string[], ...names: string[]): ExpectedColumn[] => names.map((name) => ({ name, types }));

export const EXPECTED_TABLES: readonly ExpectedTable[] = [
  {
    role: 'entities',
    columns: [
      ...of(KEY_TYPES, 'id'),
      ...of(['boolean'], 'active'),
      { name: 'timezone', types: TEXT, minLength: 32 },
      { name: 'tenant_id', types: TEXT, minLength: 36 },
      ...of(['jsonb'], 'schedule'),
      ...of(INSTANT, 'paused_until'),
    ],
    filled: [],
    telling: ['user_id', 'paused_until'],
    required: [],
    weInsert: false,
  },
  {
    role: 'processing',
    columns: [
      ...of(KEY_TYPES, 'subscription_id'),
      { name: 'status', types: TEXT, minLength: 10 },
      { name: 'error', types: TEXT, minLength: 600 },
      ...of(['jsonb'], 'metadata'),
      ...of(INSTANT, 'next_run_at', 'last_run_at', 'created_at', 'updated_at'),
      ...of(INSTANT, 'scheduled_for', 'resume_at', 'resume_for', 'failing_since', 'schedule_since', 'anchor_at'),
      ...of(['integer'], 'attempt', 'consecutive_failures', 'missed_count'),
      ...of(['uuid'], 'claimed_by', 'claim_token', 'failed_in'),
      ...of(['smallint'], 'bucket'),
      ...of(['boolean'], 'runnable', 'superseded', 'recheck', 'stale'),
    ],
    filled: ['subscription_id', 'status'],
    telling: ['next_run_at', 'subscription_id'],
    required: ['subscription_id'],
    weInsert: true,
  },
];

/** Every value that we write into `subscription_processing.status`. */
export const STATUSES: readonly string[] = ['pending', 'processing', 'completed', 'failed', 'suspended'];
