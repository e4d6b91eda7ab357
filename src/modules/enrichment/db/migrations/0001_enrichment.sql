-- Accounts and contacts, whose data comes from enrichment.
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
  -- fields that a person has entered; enrichment never overwrites them
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
