-- API keys of workspaces, and the accounts and contacts that enrichment fills.
CREATE TABLE {schema}.workspace_keys (
  workspace_id  text NOT NULL,
  provider      text NOT NULL,
  -- AES-256-GCM, with the id of the key it is under
  value         text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, provider)
);

CREATE TABLE {schema}.accounts (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  text NOT NULL,
  domain        text NOT NULL,
  name          text,
  industry      text,
  employees     integer,
  country       text,
  website       text,
  linkedin_url  text,
  -- what a person typed; enrichment never overwrites these fields
  locked        text[] NOT NULL DEFAULT '{}',
  enriched_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, domain)
);

CREATE TABLE {schema}.contacts (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  text NOT NULL,
  email         text NOT NULL,
  account_id    uuid REFERENCES {schema}.accounts (id) ON DELETE SET NULL,
  first_name    text,
  last_name     text,
  title         text,
  linkedin_url  text,
  phone         text,
  locked        text[] NOT NULL DEFAULT '{}',
  enriched_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, email)
);
CREATE INDEX contacts_account ON {schema}.contacts (account_id);
