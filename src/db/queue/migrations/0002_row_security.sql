-- The application's users see only their own jobs, even if a query lacks a condition.
SELECT {schema}.isolate_users();
