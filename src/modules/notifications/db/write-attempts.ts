// Writes the outcomes of attempts: the notification's row, its log and the suppression list, in one statement for any number of them.
import type { Db } from '../../../scheduler/public.js';

export interface AttemptRow {
  readonly id: string;
  /** The new status of the notification. */
  readonly status: 'pending' | 'sent' | 'failed' | 'cancelled';
  /** The status in the log. */
  readonly log_status: 'sent' | 'deferred' | 'unknown' | 'failed' | 'delayed' | 'cancelled';
  /** The number of the attempt; 0: there was no attempt. */
  readonly attempt: number;
  readonly transport?: string | null;
  readonly response_code?: number | null;
  readonly response?: string | null;
  readonly error?: string | null;
  readonly duration_ms?: number;
  readonly message_id?: string;
  readonly to_address?: string;
  /** ISO 8601: the new value of `scheduled_for`. */
  readonly scheduled_for?: string;
  /** The address is added to the suppression list. */
  readonly suppress?: boolean;
}

/** A sent notification stays sent, whatever is reported later. */
export async function writeAttempts(db: Db, attempts: readonly AttemptRow[]): Promise<void> {
  await db.query(
    `WITH given AS MATERIALIZED (
       SELECT g.* FROM json_to_recordset($1::json) AS g (id uuid, status text, log_status text, attempt smallint, transport text,
         response_code integer, response text, error text, duration_ms integer, message_id text, to_address text,
         scheduled_for timestamptz, suppress boolean)
     ), written AS (
       UPDATE {schema}.notifications n SET status = g.status,
         attempts = greatest(n.attempts, g.attempt), error = CASE WHEN g.status = 'sent' THEN NULL ELSE g.error END,
         transport = coalesce(g.transport, n.transport), response_code = coalesce(g.response_code, n.response_code),
         response = coalesce(g.response, n.response), processing_ms = coalesce(g.duration_ms, n.processing_ms),
         message_id = coalesce(n.message_id, g.message_id), to_address = coalesce(n.to_address, g.to_address),
         scheduled_for = coalesce(g.scheduled_for, n.scheduled_for),
         processed_at = CASE WHEN g.status <> 'pending' THEN clock_timestamp() END
       FROM given g WHERE n.id = g.id AND n.status <> 'sent'
     ), suppressed AS (
       INSERT INTO {schema}.notification_suppressions (delivery_method, address, reason, detail, source, notification_id)
       SELECT n.delivery_method, {schema}.address_key(n.delivery_method, g.to_address), 'unknown_address', g.response, g.transport, n.id
       FROM given g JOIN {schema}.notifications n ON n.id = g.id WHERE g.suppress
       ON CONFLICT DO NOTHING
     )
     INSERT INTO {schema}.notification_log (notification_id, attempt, status, transport, response_code, response, error)
     SELECT n.id, g.attempt, g.log_status, g.transport, g.response_code, g.response, g.error
     FROM given g JOIN {schema}.notifications n ON n.id = g.id`,
    [JSON.stringify(attempts)],
  );
}

/** Ends the notifications of jobs that ended without an attempt (an operator, the crash limit). */
export async function endWithJobs(db: Db, jobIds: readonly string[]): Promise<void> {
  await db.query(
    `WITH ended AS (
       UPDATE {schema}.notifications n SET status = CASE j.status WHEN 'dead' THEN 'failed' ELSE 'cancelled' END,
         error = j.error_message, processed_at = clock_timestamp()
       FROM {schema}.jobs j WHERE j.id = n.id AND n.id = ANY ($1::uuid[]) AND n.status = 'pending'
       RETURNING n.id, n.status, n.error, n.attempts
     )
     INSERT INTO {schema}.notification_log (notification_id, attempt, status, error)
     SELECT id, attempts, status, error FROM ended`,
    [jobIds],
  );
}
