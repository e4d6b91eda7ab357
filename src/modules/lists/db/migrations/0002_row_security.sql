-- Users see only their own lists, even if a query lacks a condition. Returns false if the role does not exist.
SELECT {schema}.isolate_lists();
