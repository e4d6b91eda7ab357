// A role that may write the host's table and create objects of its own must never have its code run as the role that migrated.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { createScheduler, type SubscriptionScheduler } from '../../src/compose/create-scheduler.js';
import { defineJob } from '../../src/scheduler/queue/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const role = `stranger_${randomBytes(4).toString('hex')}`;
let database: TestDatabase;
let stranger: pg.Client;
let scheduler: SubscriptionScheduler;
const job = defineJob({ type: 'work', schema: z.object({}), run: () => ({ done: true }) });

/** Functions and operators that would be preferred to PostgreSQL's own where types do not match exactly. */
const TRAPS = `
  CREATE TABLE public.caught (what text, who text);
  GRANT INSERT ON public.caught TO PUBLIC;
  CREATE FUNCTION public.trap(what text) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.caught VALUES (what, current_user) $$;
  ${[
    ['float8', 'int4', 'float8'],
    ['int4', 'float8', 'float8'],
    ['numeric', 'int4', 'numeric'],
    ['int4', 'numeric', 'numeric'],
    ['float8', 'numeric', 'float8'],
    ['int8', 'int4', 'int8'],
    ['interval', 'int4', 'interval'],
  ]
    .flatMap(([left, right, result], index) =>
      ['+', '-', '*', '/'].map(
        (operator, at) => `
  CREATE FUNCTION public.op_${index}_${at}(${left}, ${right}) RETURNS ${result} LANGUAGE plpgsql AS $$
    BEGIN PERFORM public.trap('${left} ${operator} ${right}'); RETURN $1::text::${result === 'interval' ? 'interval' : result}; END $$;
  CREATE OPERATOR public.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.op_${index}_${at});`,
      ),
    )
    .join('')}
  ${['=', '<>', '<', '>', '<=', '>=']
    .flatMap((operator, at) =>
      [
        ['varchar', 'varchar'],
        ['varchar', 'text'],
        ['text', 'varchar'],
      ].map(
        ([left, right], index) => `
  CREATE FUNCTION public.cmp_${at}_${index}(${left}, ${right}) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN PERFORM public.trap('${left} ${operator} ${right}'); RETURN $1::text OPERATOR(pg_catalog.${operator}) $2::text; END $$;
  CREATE OPERATOR public.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.cmp_${at}_${index});`,
      ),
    )
    .join('')}
  CREATE FUNCTION public.may_run(boolean, timestamptz, text, timestamptz, boolean) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN PERFORM public.trap('may_run'); RETURN true; END $$;
  CREATE FUNCTION public.date_trunc(varchar, timestamptz) RETURNS timestamptz LANGUAGE plpgsql
    AS $$ BEGIN PERFORM public.trap('date_trunc'); RETURN $2; END $$;`;

const caught = async (): Promise<unknown[]> =>
  (await database.pool.query(`SELECT DISTINCT what FROM public.caught WHERE who <> '${role}' ORDER BY 1`)).rows;

beforeAll(async () => {
  database = await createEmptyDatabase();
  await database.pool.query(`CREATE ROLE ${role} LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO ${role};
    CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text, frequency varchar(20), active boolean DEFAULT true);
    GRANT SELECT, INSERT, UPDATE, DELETE ON subscriptions TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  stranger = new pg.Client({ connectionString: url.href });
  await stranger.connect();
  await stranger.query(TRAPS);
  scheduler = createScheduler({
    pool: database.pool,
    enabled: false,
    jobs: [job],
    subscriptions: { process: async () => {} },
  });
  await scheduler.start();
}, 60_000);
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await stranger.end();
  await database.pool.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  await database.close();
});

describe('what a stranger has made is not called', () => {
  it('by our triggers when the stranger writes to the host table, temporary tables with triggers included', async () => {
    await stranger.query(`
      CREATE TEMP TABLE subscription_processing (id uuid, subscription_id uuid, status text, next_run_at timestamptz, superseded boolean,
        active boolean, stale boolean, recheck boolean, schedule_since timestamptz, bucket smallint, runnable boolean);
      CREATE FUNCTION pg_temp.steal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO public.caught VALUES ('temporary table', current_user); RETURN NEW; END $$;
      CREATE TRIGGER steal BEFORE INSERT OR UPDATE ON pg_temp.subscription_processing FOR EACH ROW EXECUTE FUNCTION pg_temp.steal();
      GRANT ALL ON pg_temp.subscription_processing TO PUBLIC;
      CREATE TEMP TABLE subscriptions (LIKE public.subscriptions);
      GRANT ALL ON pg_temp.subscriptions TO PUBLIC`);
    await stranger.query(
      `INSERT INTO public.subscriptions (user_id, frequency) VALUES ('u1', 'daily'), ('u2', 'weekly')`,
    );
    await stranger.query(`UPDATE public.subscriptions SET timezone = 'Asia/Tokyo' WHERE user_id = 'u1'`);
    await stranger.query(`DELETE FROM public.subscriptions WHERE user_id = 'u2'`);
    expect(await caught()).toEqual([]);
    const { rows } = await database.pool.query('SELECT status FROM public.subscription_processing');
    expect(rows).toHaveLength(1);
  });

  it('by claims, settlements, jobs, status, lists and upkeep', async () => {
    await scheduler.trigger('subscriptions', { by: 'test' });
    await scheduler.subscriptions.create({ userId: 'u3', schedule: { time: '09:00', timezone: 'Asia/Tokyo' } });
    await scheduler.subscriptions.list({ userId: 'u3' });
    await scheduler.subscriptions.status();
    await scheduler.trigger('subscription-maintenance', { by: 'test' });
    const { id } = await scheduler.enqueue(job, {});
    await waitFor(async () => (await scheduler.queue.admin.get(id)).status === 'completed');
    await scheduler.queue.admin.stats(1);
    await scheduler.status();
    await scheduler.runs.list({});
    expect(await caught()).toEqual([]);
  });
});

describe('a stranger', () => {
  it('cannot call our functions, nor make triggers of them', async () => {
    const refused = async (sql: string): Promise<string> =>
      stranger.query(sql).then(
        () => 'allowed',
        (error: { code: string }) => error.code,
      );
    expect(await refused('SELECT punctual.lock_job_claims()')).toBe('42501');
    expect(
      await refused(`CREATE TABLE mine (subscription_id uuid);
        CREATE TRIGGER t BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION punctual.subscription_on_processing_update()`),
    ).toBe('42501');
    const { rows } = await database.pool.query<{ open: string }>(
      `SELECT proname AS open FROM pg_proc WHERE pronamespace = 'punctual'::regnamespace AND has_function_privilege('${role}', oid, 'EXECUTE')`,
    );
    expect(rows).toEqual([]);
  });

  it('finds a fixed search path in each of our functions', async () => {
    const { rows } = await database.pool.query<{ name: string; path: string | null }>(
      `SELECT proname AS name, (SELECT s FROM unnest(proconfig) s WHERE s LIKE 'search_path=%') AS path
         FROM pg_proc WHERE pronamespace = 'punctual'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'sql')`,
    );
    // those that name nothing of ours have no need of our schema
    const fixed = ['search_path=pg_catalog, punctual, pg_temp', 'search_path=pg_catalog, pg_temp'];
    expect(rows.filter(({ path }) => path === null || !fixed.includes(path))).toEqual([]);
  });

  it('cannot stop jobs by taking advisory locks', async () => {
    const { rows } = await database.pool.query<{ oid: number }>(
      `SELECT 'punctual.job_claims'::regclass::oid::int4 AS oid`,
    );
    await stranger.query('SELECT pg_advisory_lock($1, 0)', [rows[0]?.oid]);
    const { id } = await scheduler.enqueue(job, {});
    await waitFor(async () => (await scheduler.queue.admin.get(id)).status === 'completed');
    await stranger.query('SELECT pg_advisory_unlock_all()');
  });

  it('who is given punctual_user, and inherits it, sees no jobs of others', async () => {
    await scheduler.enqueue(job, {}, { workspaceId: 'acme' });
    await database.pool.query(`GRANT punctual_user TO ${role}; ALTER ROLE ${role} INHERIT`);
    const jobs = await stranger.query('SELECT id FROM punctual.jobs');
    expect(jobs.rows).toEqual([]);
    await stranger.query(`SET punctual.workspace_id = 'acme'`);
    expect((await stranger.query('SELECT id FROM punctual.jobs')).rows).toHaveLength(1);
    await database.pool.query(`REVOKE punctual_user FROM ${role}`);
  });
});
