-- The dependents of a job are looked up even long after its end, because its result is kept as long as one of them may read it.
CREATE INDEX job_dependencies_on ON {schema}.job_dependencies (depends_on);
DROP INDEX IF EXISTS {schema}.job_dependencies_open;
