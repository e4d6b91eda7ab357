-- A run of the batch worker consists of the runs of its batch processes.

ALTER TABLE {schema}.scheduler_runs ADD COLUMN parent_id uuid;
CREATE INDEX scheduler_runs_of_parent ON {schema}.scheduler_runs (parent_id) WHERE parent_id IS NOT NULL;
