-- The views of the previous system, over the present tables.
CREATE VIEW {schema}.batch_processing_queue AS
  SELECT l.id AS list_id, l.workspace_id, l.user_id, l.name, l.audience, l.source, l.priority, l.status, l.job_id, l.pages,
    l.fetched, l.total, l.inserted, l.created_at, l.started_at,
    CASE WHEN l.total > 0 THEN round(100.0 * least(l.fetched, l.total) / l.total, 1) END AS percent
  FROM {schema}.batch_lists l WHERE l.status IN ('receiving', 'queued', 'running');

CREATE VIEW {schema}.batch_processing_workers AS
  SELECT i.id AS worker_id, i.hostname, i.pid, i.started_at, i.heartbeat_at, count(l.id) AS lists_running
  FROM {schema}.scheduler_instances i
  LEFT JOIN {schema}.job_claims c ON c.instance_id = i.id
  LEFT JOIN {schema}.batch_lists l ON l.status = 'running' AND l.job_id = ANY (c.job_ids)
  WHERE i.state IN ('alive', 'draining')
  GROUP BY i.id, i.hostname, i.pid, i.started_at, i.heartbeat_at;

CREATE VIEW {schema}.batch_processing_stats AS
  SELECT (completed_at AT TIME ZONE 'UTC')::date AS day,
    count(*) AS jobs,
    count(*) FILTER (WHERE status = 'failed') AS failures,
    coalesce(sum(inserted), 0)::bigint AS members,
    round(avg(extract(epoch FROM completed_at - started_at)) FILTER (WHERE status = 'completed'), 3) AS mean_duration_s,
    round(sum(fetched) / nullif(sum(extract(epoch FROM completed_at - started_at)), 0), 1) AS members_per_s
  FROM {schema}.batch_lists WHERE completed_at IS NOT NULL AND status IN ('completed', 'failed')
  GROUP BY 1;
