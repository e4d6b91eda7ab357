CREATE TABLE {schema}.invoices (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sent_to     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invoices_age ON {schema}.invoices (created_at);
