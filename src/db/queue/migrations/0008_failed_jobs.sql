-- Jobs between two attempts, newest first. Without this index, a list or a search of them reads the whole backlog. Only failed attempts
-- write to it.
CREATE INDEX jobs_failed ON {schema}.jobs (id) WHERE status = 'failed';
