-- One spelling of an address: of addresses that reach the same mailbox, a bounce may name one, a message another, and the host's own table
-- a third. The suppression list and every look-up in it use this key. The functions stand here because this migration needs them.

-- A label of a domain as in RFC 3492 (Punycode), with its prefix; a label in ASCII is unchanged.
CREATE FUNCTION {schema}.ascii_label(label text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $label$
DECLARE
  digits CONSTANT text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  codes integer[] := ARRAY(SELECT ascii(s.letter) FROM regexp_split_to_table(label, '') WITH ORDINALITY AS s (letter, place)
    ORDER BY s.place);
  encoded text := coalesce((SELECT string_agg(chr(u.code), '' ORDER BY u.place) FROM unnest(codes) WITH ORDINALITY AS u (code, place)
    WHERE u.code < 128), '');
  basic integer := length(encoded);
  handled integer := basic;
  n integer := 128;
  delta integer := 0;
  bias integer := 72;
  code integer;
  nearest integer;
  q integer;
  k integer;
  threshold integer;
BEGIN
  IF basic = cardinality(codes) THEN
    RETURN label;
  ELSIF basic > 0 THEN
    encoded := encoded || '-';
  END IF;
  WHILE handled < cardinality(codes) LOOP
    nearest := (SELECT min(c) FROM unnest(codes) AS c WHERE c >= n);
    delta := delta + (nearest - n) * (handled + 1);
    n := nearest;
    FOREACH code IN ARRAY codes LOOP
      IF code < n THEN
        delta := delta + 1;
      ELSIF code = n THEN
        q := delta;
        k := 36;
        LOOP
          threshold := least(greatest(k - bias, 1), 26);
          EXIT WHEN q < threshold;
          encoded := encoded || substr(digits, threshold + (q - threshold) % (36 - threshold) + 1, 1);
          q := (q - threshold) / (36 - threshold);
          k := k + 36;
        END LOOP;
        encoded := encoded || substr(digits, q + 1, 1);
        delta := CASE WHEN handled = basic THEN delta / 700 ELSE delta / 2 END;
        delta := delta + delta / (handled + 1);
        k := 0;
        WHILE delta > 455 LOOP
          delta := delta / 35;
          k := k + 36;
        END LOOP;
        bias := k + 36 * delta / (delta + 38);
        delta := 0;
        handled := handled + 1;
      END IF;
    END LOOP;
    delta := delta + 1;
    n := n + 1;
  END LOOP;
  RETURN 'xn--' || encoded;
END
$label$;

-- The key of a mail address that is not wholly in ASCII.
CREATE FUNCTION {schema}.international_address_key(address text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $key$
DECLARE
  domain text := regexp_replace(address, '^.*@', '');
  -- an ideographic full stop separates labels too (RFC 3490)
  plain text := translate(lower(normalize(domain, NFKC)), U&'\3002', '.');
BEGIN
  RETURN lower(normalize(left(address, length(address) - length(domain)), NFC))
    || (SELECT string_agg({schema}.ascii_label(l.label), '.' ORDER BY l.place)
      FROM unnest(string_to_array(plain, '.')) WITH ORDINALITY AS l (label, place));
END
$key$;

-- An expression that the planner inlines, because nearly all addresses are in ASCII.
CREATE FUNCTION {schema}.address_key(delivery_method text, address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $key$
  SELECT CASE WHEN delivery_method <> 'email' THEN regexp_replace(address, '[[:space:]().-]', '', 'g')
    WHEN octet_length(address) = length(address) THEN lower(address)
    ELSE {schema}.international_address_key(address) END
$key$;

WITH others AS (
  DELETE FROM {schema}.notification_suppressions s WHERE s.address <> {schema}.address_key(s.delivery_method, s.address) RETURNING s.*
)
INSERT INTO {schema}.notification_suppressions (delivery_method, address, category, reason, detail, source, notification_id, created_at)
SELECT delivery_method, {schema}.address_key(delivery_method, address), category, reason, detail, source, notification_id, created_at
FROM others ORDER BY created_at
ON CONFLICT DO NOTHING;
