-- Enqueues a job from SQL, in the caller's transaction, and returns its id; where another job holds the unique key, that job's id.
-- Workers are woken when the transaction commits. The payload is checked by the process that works on the job. For roles that may do
-- nothing else here: it runs with the rights of its owner, and each role needs EXECUTE.
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
  -- what is due at once keeps the order of the calls, within one transaction too
  due timestamptz := CASE WHEN run_at IS NULL OR run_at = now() THEN clock_timestamp() ELSE run_at END;
  us bigint := floor(extract(epoch FROM clock_timestamp()) * 1000000);
  -- a UUID of version 7, as every job has one: milliseconds, a fraction of one, and 62 random bits
  new_id uuid := encode(substring(int8send(us / 1000) FROM 3) || int2send((28672 + (us % 1000) * 4096 / 1000)::smallint)
    || substring(uuid_send(gen_random_uuid()) FROM 9), 'hex')::uuid;
  holder uuid;
BEGIN
  IF type IS NULL OR type !~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$' THEN
    RAISE EXCEPTION 'add_job: "%" cannot be the type of a job', left(type, 100) USING ERRCODE = 'invalid_parameter_value',
      HINT = 'A type has up to 100 letters, digits, "_", "-", "." and ":", and begins with a letter or a digit.';
  ELSIF place IS NULL THEN
    RAISE EXCEPTION 'add_job: unknown priority "%"', left(priority, 100) USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Use urgent, high, normal or low.';
  ELSIF due NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
    RAISE EXCEPTION 'add_job: run_at must be a time before the year 10000, not %', run_at
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out for a job that is due at once.';
  ELSIF length(payload::text) > max_payload THEN
    RAISE EXCEPTION 'add_job: the payload has % characters of JSON, up to % are accepted', length(payload::text), max_payload
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Store it elsewhere, and enqueue where it is.';
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
        ELSE 'punctual_jobs_' || left(encode(sha256(convert_to(schema_name, 'UTF8')), 'hex'), 40) END, 'work');
      RETURN new_id;
    END IF;
    SELECT k.job_id INTO holder FROM {schema}.job_keys k WHERE k.key = full_key;
    IF FOUND THEN
      RETURN holder;
    END IF; -- the holder has ended in between, and its key is free
  END LOOP;
END
$add$;
