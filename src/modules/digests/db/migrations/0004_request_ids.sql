-- Which request created a schedule: a repeat with the same idempotency key finds it after its frequency was changed, and whatever the type
-- of its id is.
DO $requests$
DECLARE
  schedules regclass := coalesce(to_regclass({host_digest_schedules}), to_regclass('{schema}.digest_schedules'));
BEGIN
  PERFORM {schema}.adopt_column(schedules, 'digest_request_id', 'uuid', 'uuid', 'digests');
  EXECUTE 'CREATE OR REPLACE VIEW {schema}.digest_schedule_rows AS SELECT s.id, s.recipient_id, s.group_id, s.frequency, s.delivery_time,
    s.delivery_day, s.timezone, s.timezone_follows, s.is_active, s.max_updates_per_digest, s.include_content_types, s.dst_gap,
    s.dst_overlap, s.month_end, s.misfire, s.last_digest_sent, s.next_digest_scheduled, s.recent_updates, s.digest_requested_for,
    s.created_at, s.updated_at, s.digest_request_id FROM ' || schedules || ' s';
END
$requests$;
