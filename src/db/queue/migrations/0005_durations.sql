-- Moves the durations of jobs from job_stats, where the bins are powers of two, to the histograms of the engine, in which every fourth
-- bin has the same limit. The column is kept for instances of the previous release, which still write to it.
INSERT INTO {schema}.scheduler_latencies (span, starts_at, subject, name, measure, bins)
SELECT span, starts_at, 'job', type, 'duration', array_agg(least(coalesce(n, 0), 2147483647)::integer ORDER BY bin)
FROM (
  SELECT span, date_trunc(span, s.hour, 'UTC') AS starts_at, s.type, bin,
    sum(CASE WHEN bin % 4 = 0 THEN s.histogram[bin / 4 + 1] END) AS n
  FROM {schema}.job_stats s
  CROSS JOIN (VALUES ('hour'), ('day')) AS spans (span)
  CROSS JOIN LATERAL generate_series(0, 4 * (cardinality(s.histogram) - 1)) AS bin
  GROUP BY 1, 2, 3, 4
) counted
GROUP BY span, starts_at, type
ON CONFLICT DO NOTHING;
