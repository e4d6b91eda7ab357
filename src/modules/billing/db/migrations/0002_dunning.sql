-- Teams whose payment is past due, and where each stands on the ladder of mails. Narrow, since a row schedule works on it.
CREATE TABLE {schema}.billing_dunning (
  team_id   text PRIMARY KEY,
  timezone  text,
  -- since when it is known to be past due
  since     timestamptz NOT NULL,
  -- local date of the first occurrence: days of the ladder count from it
  first_on  date,
  -- steps of the ladder that are done
  steps     int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- What each step came to, in mails.
CREATE TABLE {schema}.billing_dunning_log (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id   text NOT NULL,
  step      int NOT NULL,
  at        timestamptz NOT NULL,
  sent      int NOT NULL,
  failed    int NOT NULL,
  skipped   int NOT NULL,
  reason    text,
  -- a pass of the batch has counted it
  reported  boolean NOT NULL DEFAULT false
);
CREATE INDEX billing_dunning_log_unreported ON {schema}.billing_dunning_log (id) WHERE NOT reported;
CREATE INDEX billing_dunning_log_at ON {schema}.billing_dunning_log (at);

-- past due teams are found without reading the others
DO $index$
DECLARE
  teams regclass;
BEGIN
  SELECT DISTINCT d.refobjid::regclass INTO teams
    FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'stripe_subscription_status'
    JOIN pg_type t ON t.oid = a.atttypid AND t.typcategory = 'S'
    WHERE r.ev_class = '{schema}.billing_teams'::regclass;
  IF FOUND THEN
    EXECUTE format('CREATE INDEX IF NOT EXISTS billing_past_due_teams ON %s (id) WHERE stripe_subscription_status::text = %L',
      teams, 'past_due');
  END IF;
END
$index$;
