-- Ids of the host's may be any whole number of their type: those of Snowflake have 19 digits. The functions of earlier versions took
-- shorter ones only.
SELECT {schema}.create_id_function(p.proname, p.prorettype::regtype::text) FROM pg_proc p
WHERE p.oid IN (
  '{schema}.to_digest_schedule_id(text)'::regprocedure,
  '{schema}.to_digest_recipient_id(text)'::regprocedure,
  '{schema}.to_digest_group_id(text)'::regprocedure)
  AND p.prorettype IN ('bigint'::regtype, 'integer'::regtype);
