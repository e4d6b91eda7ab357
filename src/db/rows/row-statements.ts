// The statements of one row schedule, generated once from its names and the types of its columns.
import { quoteIdentifier, quoteTable } from '../names.js';
import { dueColumn, idOf, type RowNames } from './row-names.js';

export interface RowStatements {
  readonly nextDue: string;
  /** $1 now, $2 limit. */
  readonly claimDue: string;
  /** $1 now, $2 keys. */
  readonly claimKeys: string;
  /** $1 limit. */
  readonly claimUnplanned: string;
  /** $1 key after which to continue, $2 limit. */
  readonly claimPlannedAfter: string;
  /** $1 key. */
  readonly readOne: string;
  readonly plan: string;
  readonly settle: string;
  readonly noteEnds: string;
  readonly counts: string;
  readonly suspended: string;
}

const ms = (instant: string): string => `floor(date_part('epoch', ${instant}) * 1000 + 0.0005)`;
const at = (column: string): string => `to_timestamp(${column} / 1000::float8)`;

/** `keyType` is spelled as by format_type. */
export function rowStatements(names: RowNames, qualified: string, keyType: string): RowStatements {
  const { name, prefix, timezone, schedule, columns, tenant, active } = names;
  const table = quoteTable(qualified);
  const key = `t.${quoteIdentifier(names.key)}`;
  const own = (column: string): string => `t.${prefix}_${column}`;
  const due = quoteIdentifier(dueColumn(names));
  const of = (column: string | null): string => (column === null ? 'NULL' : `t.${quoteIdentifier(column)}`);
  const listed = (wanted: readonly string[], as: string): string =>
    wanted.map((column, index) => `, ${of(column)} AS "${as}${index}"`).join('');

  const select = `SELECT ${key}::text AS key, ${own('state')} AS state, ${ms(`t.${due}`)} AS "dueMs",
    ${ms(own('scheduled_for'))} AS "scheduledForMs", ${own('attempt')} AS attempt, ${own('failures')} AS failures,
    ${ms(own('since'))} AS "sinceMs", ${ms(own('anchor_at'))} AS "anchorMs", ${own('error')} AS error,
    ${active === null ? 'true' : `${of(active)} IS TRUE`} AS active, ${of(timezone)}::text AS timezone, ${of(tenant)}::text AS "tenantId"
    ${listed(schedule, 's')}${listed(columns, 'c')}
    FROM ${table} t`;
  const planned = `${own('state')} = 'planned'`;
  const isDue = `${planned} AND t.${due} <= coalesce($1::timestamptz, now())`;
  const locked = 'FOR NO KEY UPDATE OF t SKIP LOCKED';
  const revision = `${prefix}_revision = ${own('revision')} + 1`;

  return {
    nextDue: `SELECT ms, unplanned FROM {schema}.rows_${idOf(name)}_next_due($1)`,
    claimDue: `${select} WHERE ${isDue} ORDER BY t.${due} LIMIT $2 ${locked}`,
    claimKeys: `${select} WHERE ${isDue} AND ${key} = ANY ($2::${keyType}[]) ORDER BY t.${due} ${locked}`,
    claimUnplanned: `${select} WHERE ${own('state')} IN ('unplanned', 'resumed') LIMIT $1 ${locked}`,
    claimPlannedAfter: `${select} WHERE ($1::text IS NULL OR ${key} > $1::text::${keyType}) AND ${planned} ORDER BY ${key} LIMIT $2 ${locked}`,
    readOne: `${select} WHERE ${key} = $1::text::${keyType}`,

    // If a handler has changed a row, the state that the trigger computed is kept. The arrays pass through a CTE so that the planner does
    // not know their length: with some hundreds, it would read the whole table instead of looking up each row.
    settle: `
WITH given AS MATERIALIZED (
  SELECT $1::${keyType}[] AS a1, $2::float8[] AS a2, $3::float8[] AS a3, $4::text[] AS a4, $5::int[] AS a5, $6::int[] AS a6,
         $7::text[] AS a7, $8::boolean[] AS a8
), o AS MATERIALIZED (
  SELECT o.* FROM given CROSS JOIN unnest(a1, a2, a3, a4, a5, a6, a7, a8)
    AS o (key, next_at, next_for, state, attempt, failures, error, ran)
), moved AS (
  UPDATE ${table} t SET
    ${due} = ${at('o.next_at')}, ${prefix}_scheduled_for = CASE WHEN o.next_for <> o.next_at THEN ${at('o.next_for')} END,
    ${prefix}_state = CASE WHEN ${planned} THEN o.state ELSE ${own('state')} END,
    ${prefix}_attempt = o.attempt, ${prefix}_failures = o.failures, ${prefix}_error = o.error,
    ${prefix}_last_run_at = CASE WHEN o.ran THEN coalesce($9::timestamptz, now()) ELSE ${own('last_run_at')} END,
    ${revision}
   FROM o WHERE ${key} = o.key
)
INSERT INTO {schema}.row_runs AS r (
  schedule, row_key, scheduled_for, outcome, occurrences, last_scheduled_for, attempts, due_at, finished_at, reason, run_id)
SELECT $10, l.key, ${at('l.scheduled_for')}, l.outcome, l.occurrences, ${at('l.last_for')}, l.attempts, ${at('l.due')},
       coalesce($9::timestamptz, now()), l.reason, $11::uuid
  FROM unnest($12::text[], $13::float8[], $14::text[], $15::int[], $16::float8[], $17::int[], $18::float8[], $19::text[])
    AS l (key, scheduled_for, outcome, occurrences, last_for, attempts, due, reason)
ON CONFLICT (schedule, row_key, scheduled_for) DO UPDATE SET
  outcome = excluded.outcome, occurrences = excluded.occurrences, last_scheduled_for = excluded.last_scheduled_for,
  attempts = excluded.attempts, due_at = excluded.due_at, finished_at = excluded.finished_at, reason = excluded.reason,
  run_id = excluded.run_id
 -- occurrences that have run are not part of a gap
 WHERE NOT (excluded.last_scheduled_for IS NOT NULL AND r.outcome IN ('completed', 'enqueued'))`,

    plan: `
UPDATE ${table} t SET
  ${due} = CASE WHEN o.kept THEN t.${due} ELSE ${at('o.next_at')} END,
  ${prefix}_scheduled_for = CASE WHEN o.kept THEN ${own('scheduled_for')} WHEN o.next_for <> o.next_at THEN ${at('o.next_for')} END,
  ${prefix}_state = o.state, ${prefix}_attempt = CASE WHEN o.kept THEN ${own('attempt')} ELSE 0 END,
  ${prefix}_error = CASE WHEN o.kept THEN ${own('error')} ELSE o.error END,
  ${prefix}_anchor_at = coalesce(${own('anchor_at')}, ${at('o.anchor')}), ${prefix}_since = ${at('o.since')},
  ${revision}
 FROM unnest($1::${keyType}[], $2::boolean[], $3::float8[], $4::float8[], $5::text[], $6::text[], $7::float8[], $8::float8[])
   AS o (key, kept, next_at, next_for, state, error, anchor, since)
WHERE ${key} = o.key`,

    noteEnds: `
UPDATE ${table} t SET
  ${prefix}_failures = CASE WHEN o.dead THEN ${own('failures')} + 1 ELSE 0 END,
  ${prefix}_error = CASE WHEN o.dead THEN o.error END,
  ${prefix}_state = CASE WHEN o.dead AND $4::int > 0 AND ${own('failures')} + 1 >= $4 AND ${planned} THEN 'suspended' ELSE ${own('state')} END,
  ${revision}
 FROM unnest($1::text[], $2::boolean[], $3::text[]) AS o (key, dead, error)
WHERE ${key} = o.key::${keyType} AND (o.dead OR ${own('failures')} > 0)`,

    counts: `
SELECT (SELECT count(*) FROM (SELECT FROM ${table} t WHERE ${isDue} LIMIT $2) capped)::int AS due,
  (SELECT count(*) FROM (SELECT FROM ${table} t WHERE ${own('state')} IN ('unplanned', 'resumed') LIMIT $2) capped)::int AS unplanned,
  (SELECT count(*) FROM (SELECT FROM ${table} t WHERE ${own('state')} = 'suspended' LIMIT $2) capped)::int AS suspended,
  ${ms(`(SELECT t.${due} FROM ${table} t WHERE ${planned} ORDER BY t.${due} LIMIT 1)`)} AS "nextDueMs",
  ${ms('coalesce($1::timestamptz, now())')} AS "nowMs"`,

    suspended: `SELECT ${key}::text AS key, ${own('error')} AS error FROM ${table} t WHERE ${own('state')} = 'suspended' LIMIT $1`,
  };
}
