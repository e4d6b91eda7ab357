-- Teams whose visits are counted: a row schedule plans their weekly mail. Narrow, since it works on it.
CREATE TABLE {schema}.analytics_engagement (
  team_id   text PRIMARY KEY,
  timezone  text
) WITH (fillfactor = 80);

-- What each week came to, in mails.
CREATE TABLE {schema}.analytics_engagement_log (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id   text NOT NULL,
  at        timestamptz NOT NULL,
  sent      int NOT NULL,
  skipped   int NOT NULL,
  reason    text,
  -- a pass of the batch has counted it
  reported  boolean NOT NULL DEFAULT false
);
CREATE INDEX analytics_engagement_log_unreported ON {schema}.analytics_engagement_log (id) WHERE NOT reported;
CREATE INDEX analytics_engagement_log_at ON {schema}.analytics_engagement_log (at);
