-- Users see their own lists and nothing else, below the queries too; false where the role does not exist.
SELECT {schema}.isolate_lists();
