// How long rows of a table are kept.

/** Rows of one of a module's tables that are deleted once they are older than `keepDays`. */
export interface RetentionRule {
  /** A table in the scheduler's schema, without the schema. */
  readonly table: string;
  readonly keepDays: number;
  /** A timestamptz column with an index. Default `created_at`. */
  readonly column?: string;
}
