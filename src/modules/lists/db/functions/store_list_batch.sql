-- Stores a batch of members with its rejects, counts and checkpoint. Nothing is stored if the attempt no longer holds the list (held is
-- false): a later one has started, or the list was cancelled or deleted. Fresh members are certainly not in the list; doubtful ones are
-- looked up, also among the fresh ones before them. Each column of members is one text, separated by chr(31), where empty stands for null,
-- and an email is given only if it differs from its key. A function, because its two searches see what it has inserted, and because its
-- plans are kept. Shadowed ones
-- share the address of a doubtful one. repeated: doubtful and shadowed members that were stored before with the same external id.
CREATE OR REPLACE FUNCTION {schema}.store_list_batch(
  list uuid, attempt integer,
  fresh integer, fresh_keys text, fresh_emails text, fresh_ids text, fresh_names text, fresh_times text,
  doubtful integer, doubtful_keys text, doubtful_emails text, doubtful_ids text, doubtful_names text, doubtful_times text,
  shadowed_keys text[], shadowed_ids text[],
  reject_lines bigint[], reject_ids text[], reject_values text[], reject_reasons text[], kept_rejects integer,
  more_pages integer, more_fetched integer, more_duplicates integer, more_invalid integer, new_total bigint, new_checkpoint jsonb,
  again boolean, ends_if_new boolean,
  OUT held boolean, OUT added integer, OUT repeated integer, OUT ended boolean, OUT blocked_ms float8
) LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $store$
DECLARE
  workspace text;
  refused bigint;
  stored integer;
  stored_with_id integer;
BEGIN
  -- the lock serialises the batches of one list
  SELECT l.workspace_id, l.invalid INTO workspace, refused
  FROM {schema}.batch_lists l WHERE l.id = list AND l.fence = attempt AND l.status IN ('running', 'receiving') FOR UPDATE;
  held := FOUND;
  IF NOT held THEN
    RETURN;
  END IF;
  added := fresh;
  repeated := 0;
  IF fresh > 0 THEN
    INSERT INTO {schema}.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
    SELECT list, m.key, coalesce(m.email, m.key), m.id, m.name, to_timestamp(m.joined_ms / 1000)
    FROM unnest(string_to_array(fresh_keys, chr(31), ''), string_to_array(fresh_emails, chr(31), ''), string_to_array(fresh_ids, chr(31), ''),
      string_to_array(fresh_names, chr(31), ''), string_to_array(fresh_times, chr(31), '')::float8[]) AS m (key, email, id, name, joined_ms);
  END IF;
  IF doubtful > 0 THEN
    WITH inserted AS (
      INSERT INTO {schema}.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
      SELECT list, m.key, coalesce(m.email, m.key), m.id, m.name, to_timestamp(m.joined_ms / 1000)
      FROM unnest(string_to_array(doubtful_keys, chr(31), ''), string_to_array(doubtful_emails, chr(31), ''),
        string_to_array(doubtful_ids, chr(31), ''), string_to_array(doubtful_names, chr(31), ''),
        string_to_array(doubtful_times, chr(31), '')::float8[]) AS m (key, email, id, name, joined_ms)
      -- nothing else writes to this list: searching costs less than ON CONFLICT, which writes each row twice to the log. OFFSET keeps it
      -- a search for each member, where the planner might otherwise read the whole list
      WHERE NOT EXISTS (SELECT FROM {schema}.batch_list_members o WHERE o.list_id = list AND o.email_key = m.key OFFSET 0)
      RETURNING external_id
    )
    SELECT count(*), count(external_id) INTO stored, stored_with_id FROM inserted;
    added := added + stored;
    IF stored < doubtful THEN
      SELECT count(*) - stored_with_id INTO repeated
      FROM (
        SELECT * FROM unnest(string_to_array(doubtful_keys, chr(31), ''), string_to_array(doubtful_ids, chr(31), ''))
        UNION ALL SELECT * FROM unnest(shadowed_keys, shadowed_ids)) AS m (key, id)
      CROSS JOIN LATERAL (
        SELECT o.external_id FROM {schema}.batch_list_members o WHERE o.list_id = list AND o.email_key = m.key OFFSET 0) found
      WHERE found.external_id = m.id;
    END IF;
  END IF;
  IF cardinality(reject_reasons) > 0 AND refused < kept_rejects THEN
    INSERT INTO {schema}.batch_list_rejects (list_id, line, external_id, value, reason)
    SELECT list, r.line, r.id, r.value, r.reason
    FROM unnest(reject_lines, reject_ids, reject_values, reject_reasons) AS r (line, id, value, reason);
  END IF;
  ended := ends_if_new AND repeated = 0;
  UPDATE {schema}.batch_lists l SET
    pages = l.pages + more_pages, fetched = l.fetched + CASE WHEN again THEN added ELSE more_fetched END, inserted = l.inserted + added,
    duplicates = l.duplicates + CASE WHEN again THEN 0 ELSE more_duplicates + fresh + doubtful - added END,
    invalid = l.invalid + more_invalid, total = coalesce(new_total, l.total), checkpoint = coalesce(new_checkpoint, l.checkpoint),
    updated_at = now(), status = CASE WHEN ended THEN 'completed' ELSE l.status END, error = CASE WHEN NOT ended THEN l.error END,
    attempt_at = CASE WHEN NOT ended THEN l.attempt_at END, completed_at = CASE WHEN ended THEN now() END
  WHERE l.id = list;
  blocked_ms := coalesce((
    SELECT greatest(0, extract(epoch FROM b.blocked_until - clock_timestamp()) * 1000)::float8
    FROM {schema}.batch_list_limits b WHERE b.workspace_id = workspace), 0);
END
$store$;
