-- The application's users see their own jobs only, whatever a query forgets.
SELECT {schema}.isolate_users();
