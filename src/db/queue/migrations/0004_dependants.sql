-- Who waited for a job is asked long after its end as well: its result stays as long as one of them may read it.
CREATE INDEX job_dependencies_on ON {schema}.job_dependencies (depends_on);
DROP INDEX IF EXISTS {schema}.job_dependencies_open;
