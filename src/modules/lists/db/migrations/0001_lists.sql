-- Batch lists: their audience and owner, the progress of the import, their members, and the rejected rows with the reason.
CREATE TABLE {schema}.batch_lists (
  id               uuid PRIMARY KEY,
  workspace_id     text,
  user_id          text NOT NULL,
  name             text NOT NULL,
  audience         text NOT NULL,
  source           text NOT NULL CHECK (source IN ('members_api', 'csv')),
  priority         text NOT NULL DEFAULT 'normal' CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
  -- receiving: an upload is in progress; deleting: its rows are being deleted. Both are hidden from users.
  status           text NOT NULL CHECK (status IN ('receiving', 'queued', 'running', 'completed', 'failed', 'cancelled', 'deleting')),
  job_id           uuid,
  -- increases with each attempt, so that writes of earlier attempts are refused
  fence            integer NOT NULL DEFAULT 0,
  -- where the next attempt continues; written with the members of its pages
  checkpoint       jsonb,
  pages            bigint NOT NULL DEFAULT 0,
  fetched          bigint NOT NULL DEFAULT 0,
  total            bigint,
  inserted         bigint NOT NULL DEFAULT 0,
  duplicates       bigint NOT NULL DEFAULT 0,
  invalid          bigint NOT NULL DEFAULT 0,
  error            text,
  attempt_at       timestamptz,
  -- `fetched` when the attempt began, to compute the rate of this attempt
  attempt_fetched  bigint NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  updated_at       timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX batch_lists_workspace ON {schema}.batch_lists (workspace_id, id DESC) WHERE workspace_id IS NOT NULL;
CREATE INDEX batch_lists_user ON {schema}.batch_lists (user_id, id DESC) WHERE workspace_id IS NULL;
-- lists of a workspace that are waiting for a slot or running
CREATE INDEX batch_lists_open ON {schema}.batch_lists (workspace_id, status) WHERE status IN ('queued', 'running');
-- uploads and deletions that were abandoned by their process
CREATE INDEX batch_lists_left ON {schema}.batch_lists (updated_at) WHERE status IN ('receiving', 'deleting');
CREATE INDEX batch_lists_age ON {schema}.batch_lists (completed_at) WHERE completed_at IS NOT NULL;

-- No foreign key, which would check each of millions of rows. Members are stored only under the fence of their list, and deleted before it.
CREATE TABLE {schema}.batch_list_members (
  list_id      uuid NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  -- the normalised address for comparisons: in lower case, the domain in Punycode
  email_key    text COLLATE "C" NOT NULL,
  email        text NOT NULL,
  external_id  text,
  name         text,
  joined_at    timestamptz,
  -- the only index: it finds duplicates, and lists are read and deleted in its order
  PRIMARY KEY (list_id, email_key)
);

CREATE TABLE {schema}.batch_list_rejects (
  list_id      uuid NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  -- line of the file, from 1; null for members from the members API
  line         bigint,
  external_id  text,
  value        text,
  reason       text NOT NULL,
  PRIMARY KEY (list_id, id)
);

-- The rate limit of each workspace's key, as reported by the members API, for all instances.
CREATE TABLE {schema}.batch_list_limits (
  workspace_id   text PRIMARY KEY,
  blocked_until  timestamptz NOT NULL
) WITH (fillfactor = 50);
