-- How each instance is doing, written with its heartbeat; null: an instance of a release that does not know them.
ALTER TABLE {schema}.scheduler_instances ADD COLUMN gauges jsonb;
