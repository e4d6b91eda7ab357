-- What is due is found by one short scan, however many rows are not; and so is what needs to be looked at. Made anew when their
-- text changes: the column with the due time may be another one then.
DROP INDEX IF EXISTS {table_schema}.punctual_{id}_due;
CREATE INDEX punctual_{id}_due ON {table} ({due}) WHERE {p}_state = 'planned';

DROP INDEX IF EXISTS {table_schema}.punctual_{id}_attention;
CREATE INDEX punctual_{id}_attention ON {table} ({p}_state) WHERE {p}_state IN ('unplanned', 'resumed', 'suspended');
