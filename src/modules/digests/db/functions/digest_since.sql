-- Updates after this time are new to a digest: since the last digest that was sent, or for the first one, within the period before it.
CREATE OR REPLACE FUNCTION {schema}.digest_since(frequency text, last_sent timestamptz, nominal timestamptz) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(last_sent, nominal - CASE frequency
    WHEN 'weekly' THEN interval '168 hours' WHEN 'monthly' THEN interval '744 hours' ELSE interval '24 hours' END);
