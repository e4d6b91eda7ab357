-- What died, in one run or in any, in the very order in which a replay goes through it: each page goes on from where the last one
-- ended, without sorting the rest.
CREATE INDEX subscription_runs_deaths ON {schema}.subscription_runs (finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';
CREATE INDEX subscription_runs_deaths_of_run
  ON {schema}.subscription_runs (run_id, finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';
DROP INDEX {schema}.subscription_runs_dead;
DROP INDEX {schema}.subscription_runs_dead_of_run;
