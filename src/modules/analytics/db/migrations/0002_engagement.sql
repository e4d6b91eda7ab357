-- Teams whose visits are counted, for the row schedule that plans their weekly mail. It has few columns, because that updates its rows.
CREATE TABLE {schema}.analytics_engagement (
  team_id   text PRIMARY KEY,
  timezone  text
) WITH (fillfactor = 80);

-- The outcome of each week, in mails.
CREATE TABLE {schema}.analytics_engagement_log (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id   text NOT NULL,
  at        timestamptz NOT NULL,
  sent      int NOT NULL,
  skipped   int NOT NULL,
  reason    text,
  -- true once a run of the batch has counted it
  reported  boolean NOT NULL DEFAULT false
);
CREATE INDEX analytics_engagement_log_unreported ON {schema}.analytics_engagement_log (id) WHERE NOT reported;
CREATE INDEX analytics_engagement_log_at ON {schema}.analytics_engagement_log (at);
