-- Enqueues a job from SQL in the caller's transaction and returns its id, or the id of the job that already holds the unique key.
-- Workers are woken when the transaction commits. The payload is validated by the process that runs the job. The function runs with
-- the privileges of its owner, so that a role needs only EXECUTE on it.
CREATE OR REPLACE FUNCTION {schema}.add_job(
  type text,
  payload jsonb DEFAULT '{}',
  run_at timestamptz DEFAULT now(),
  priority text DEFAULT 'normal',
  unique_key text DEFAULT NULL,
  tenant_id text DEFAULT NULL,
  workspace_id text DEFAULT NULL,
  user_id text DEFAULT NULL,
  group_id text DEFAULT NULL,
  queue text DEFAULT 'default',
  max_attempts integer DEFAULT 5,
  timeout_ms integer DEFAULT NULL,
  unique_for_ms bigint DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, {schema}, pg_temp
AS $add$
#variable_conflict use_variable
DECLARE
  max_payload CONSTANT integer := 1048576;
  schema_name CONSTANT text := (parse_ident($name${schema}$name$))[1];
  place integer := array_position(ARRAY['urgent', 'high', 'normal', 'low'], coalesce(priority, 'normal'));
  full_key text := type || ':' || unique_key;
  -- jobs that are due at once keep the order of the calls, also within one transaction
  due timestamptz := CASE WHEN run_at IS NULL OR run_at = now() THEN clock_timestamp() ELSE run_at END;
  us bigint := floor(extract(epoch FROM clock_timestamp()) * 1000000);
  -- a version 7 UUID, as for every job: milliseconds, a fraction of a millisecond, and 62 random bits
  new_id uuid := encode(substring(int8send(us / 1000) FROM 3) || int2send((28672 + (us % 1000) * 4096 / 1000)::smallint)
    || substring(uuid_send(gen_random_uuid()) FROM 9), 'hex')::uuid;
  holder uuid;
BEGIN
  IF type IS NULL OR type !~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$' THEN
    RAISE EXCEPTION 'add_job: "%" is not a valid job type', left(type, 100) USING ERRCODE = 'invalid_parameter_value',
      HINT = 'A type has up to 100 letters, digits, "_", "-", "." and ":", and begins with a letter or a digit.';
  ELSIF place IS NULL THEN
    RAISE EXCEPTION 'add_job: unknown priority "%"', left(priority, 100) USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Use urgent, high, normal or low.';
  ELSIF due NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
    RAISE EXCEPTION 'add_job: run_at must be a time before the year 10000, not %', run_at
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Omit it for a job that is due at once.';
  ELSIF length(payload::text) > max_payload THEN
    RAISE EXCEPTION 'add_job: the payload has % characters of JSON, but at most % are allowed', length(payload::text), max_payload
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Store the data elsewhere, and enqueue a reference to it.';
  ELSIF least(max_attempts, timeout_ms, unique_for_ms) < 1 THEN
    RAISE EXCEPTION 'add_job: max_attempts, timeout_ms and unique_for_ms must be greater than 0'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  LOOP
    PERFORM FROM {schema}.insert_jobs(json_build_array(json_build_object('id', new_id, 'type', type, 'queue', queue,
      'payload', payload, 'priority', place - 1, 'run_at', due, 'max_attempts', max_attempts, 'timeout_ms', timeout_ms,
      'unique_key', full_key, 'key_ms', unique_for_ms, 'tenant_id', tenant_id, 'bucket', {schema}.tenant_bucket(tenant_id),
      'workspace_id', workspace_id, 'user_id', user_id, 'group_id', group_id)), NULL, 0);
    IF NOT FOUND THEN
      PERFORM pg_notify(CASE WHEN octet_length(schema_name || '_jobs') <= 63 THEN schema_name || '_jobs'
        ELSE 'punctual_jobs_' || left(encode(sha256(convert_to(schema_name, 'UTF8')), 'hex'), 40) END,
        'work::' || json_build_array(type));
      RETURN new_id;
    END IF;
    SELECT k.job_id INTO holder FROM {schema}.job_keys k WHERE k.key = full_key;
    IF FOUND THEN
      RETURN holder;
    END IF; -- the holder has ended meanwhile, and its key is free
  END LOOP;
END
$add$;
