-- The trace in which a job was enqueued (W3C traceparent), where that was asked for: its work goes on with it.
ALTER TABLE {schema}.jobs ADD COLUMN trace_context text;
