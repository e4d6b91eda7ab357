-- The load and memory of each instance, written with its heartbeat; null: an instance of a release without them.
ALTER TABLE {schema}.scheduler_instances ADD COLUMN gauges jsonb;
