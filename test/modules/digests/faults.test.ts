// Digests while things go wrong: several instances, one that is killed in the middle of a batch, updates that arrive meanwhile.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { migratedDatabase, type MigratedDatabase } from './support.js';

// processes are started and killed, also on machines that are busy
jest.setTimeout(120_000);

let database: MigratedDatabase;
let folder: string;
let processes: RunningProcess[] = [];
const COUNT = 120;

beforeAll(async () => {
  database = await migratedDatabase();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'digests-'));
  await database.rows(
    'TRUNCATE {schema}.digest_schedules, {schema}.updates, {schema}.recipients, {schema}.notifications CASCADE',
  );
  await database.rows(
    `INSERT INTO {schema}.recipients (email) SELECT 'r' || n || '@example.com' FROM generate_series(1, $1) n`,
    [COUNT],
  );
  await database.rows(
    `INSERT INTO {schema}.updates (group_id, title, created_at)
     SELECT 'g' || n % 5, 'Update ' || n, now() - interval '1 hour' FROM generate_series(1, 25) n`,
  );
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.stop('SIGKILL')));
  processes = [];
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => database.close());

const start = async (): Promise<RunningProcess> => {
  const one = await startProcess({
    script: 'test/modules/digests/fixtures/digest-app.ts',
    env: { DATABASE_URL: database.url, MAIL_FOLDER: folder },
    ready: /"message":"started"/,
  });
  processes.push(one);
  return one;
};
/** All due in the same moment. */
const schedules = () =>
  database.rows(
    `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, next_digest_scheduled)
     SELECT id::text, 'g' || row_number() OVER () % 5, 'UTC', now() - interval '1 second' FROM {schema}.recipients`,
  );
const mails = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.eml'));
const count = async (sql: string): Promise<number> =>
  ((await database.rows<{ n: number }>(`SELECT count(*)::int AS n FROM {schema}.${sql}`))[0] as { n: number }).n;
const recipientsOf = async (): Promise<string[]> => {
  const texts = await Promise.all((await mails()).map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => /^To: <?(.*?)>?$/m.exec(text)?.[1] ?? '?');
};

async function oneMailEach(): Promise<void> {
  await waitFor(async () => (await mails()).length >= COUNT, { what: 'every mail', timeoutMs: 30_000 });
  await waitFor(async () => (await count(`notifications WHERE status = 'sent'`)) === COUNT, { what: 'all are sent' });
  expect(await mails()).toHaveLength(COUNT);
  expect(new Set(await recipientsOf()).size).toBe(COUNT);
  expect(await count(`row_runs WHERE schedule = 'digests' AND outcome = 'completed'`)).toBeGreaterThanOrEqual(COUNT);
  expect(await count('digest_schedules WHERE next_digest_scheduled <= now()')).toBe(0);
}

describe('digests', () => {
  it('that two instances plan at once are one mail each', async () => {
    await Promise.all([start(), start()]);
    await schedules();
    await oneMailEach();
  });

  it('of an instance that is killed between planning and commit are planned by another, one mail each', async () => {
    await database.rows(
      `CREATE OR REPLACE FUNCTION {schema}.hold_up() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NEW; END $$`,
    );
    await database.rows(
      'CREATE TRIGGER hold_up BEFORE INSERT ON {schema}.row_runs FOR EACH ROW EXECUTE FUNCTION {schema}.hold_up()',
    );
    const client = await database.pool.connect();
    try {
      await client.query('SELECT pg_advisory_lock(77)');
      const first = await start();
      await schedules();
      // its notifications are written, and its batch waits to write the ledger
      await waitFor(
        async () =>
          (
            await database.rows(
              `SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()`,
            )
          ).length > 0,
        { what: 'a batch is held up' },
      );
      first.signal('SIGKILL');
      await first.ended;
      await client.query('SELECT pg_advisory_unlock(77)');
    } finally {
      client.release();
    }
    await database.rows('DROP TRIGGER hold_up ON {schema}.row_runs');
    await start();
    await oneMailEach();
  });

  it('tell each update once, however many arrive while they are planned', async () => {
    await database.rows('DELETE FROM {schema}.updates');
    await database.rows(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, next_digest_scheduled, max_updates_per_digest)
       SELECT id::text, 'g', 'UTC', now(), 200 FROM {schema}.recipients LIMIT 1`,
    );
    await start();
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(
        Array.from({ length: 5 }, () =>
          database.rows(`INSERT INTO {schema}.updates (group_id, title) VALUES ('g', 'x')`),
        ),
      );
      // due again and again, while updates arrive
      await database.rows(
        `UPDATE {schema}.digest_schedules SET next_digest_scheduled = now() WHERE next_digest_scheduled > now()`,
      );
    }
    const told = async (): Promise<number> =>
      (
        (
          await database.rows<{ n: number }>(
            `SELECT coalesce(sum(jsonb_array_length(template_data -> 'items')), 0)::int AS n FROM {schema}.notifications`,
          )
        )[0] as { n: number }
      ).n;
    await waitFor(
      async () => {
        await database.rows(
          `UPDATE {schema}.digest_schedules SET next_digest_scheduled = now() WHERE next_digest_scheduled > now()`,
        );
        return (await told()) >= 60;
      },
      { what: 'every update is told', timeoutMs: 20_000 },
    );
    expect(await told()).toBe(60);
  });
});
