-- Jobs between two attempts, newest first: a list or a search of them would otherwise read the whole backlog. Only a failed attempt
-- writes to it.
CREATE INDEX jobs_failed ON {schema}.jobs (id) WHERE status = 'failed';
