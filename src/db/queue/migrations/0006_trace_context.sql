-- The trace in which a job was enqueued (W3C traceparent), if requested; the job's work continues that trace.
ALTER TABLE {schema}.jobs ADD COLUMN trace_context text;
