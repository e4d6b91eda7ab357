-- Teams that are past due, and their position in the sequence of mails. It has few columns, because a row schedule updates its rows.
CREATE TABLE {schema}.billing_dunning (
  team_id   text PRIMARY KEY,
  timezone  text,
  -- when it was first found to be past due
  since     timestamptz NOT NULL,
  -- local date of the first occurrence, from which the days of the sequence are counted
  first_on  date,
  -- the number of completed steps
  steps     int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- The outcome of each step, in mails.
CREATE TABLE {schema}.billing_dunning_log (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id   text NOT NULL,
  step      int NOT NULL,
  at        timestamptz NOT NULL,
  sent      int NOT NULL,
  failed    int NOT NULL,
  skipped   int NOT NULL,
  reason    text,
  -- true once a run of the batch has counted it
  reported  boolean NOT NULL DEFAULT false
);
CREATE INDEX billing_dunning_log_unreported ON {schema}.billing_dunning_log (id) WHERE NOT reported;
CREATE INDEX billing_dunning_log_at ON {schema}.billing_dunning_log (at);

-- find teams that are past due without reading the others
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
