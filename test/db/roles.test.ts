// Least privilege: a role that migrates into a schema made for it, and another one that runs with the rights to read and write.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { migrate } from '../../src/compose/database/migrate.js';
import { grantsFor } from '../../src/db/grants.js';
import { readAdoptedTables } from '../../src/db/subscriptions/subscription-set.js';
import { defineJob } from '../../src/scheduler/queue/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
let migrator: string;
let runner: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  const mark = randomBytes(4).toString('hex');
  [migrator, runner] = [`migrator_${mark}`, `runner_${mark}`];
  await database.pool.query(`CREATE ROLE ${migrator} LOGIN; CREATE ROLE ${runner} LOGIN;
    DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM PUBLIC', current_database()); END $$;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
});
afterEach(async () => {
  await database.pool.query(
    `DROP OWNED BY ${migrator} CASCADE; DROP OWNED BY ${runner} CASCADE; DROP ROLE ${migrator}; DROP ROLE ${runner}`,
  );
  await database.close();
});

const urlAs = (role: string): string => {
  const url = new URL(database.url);
  url.username = role;
  return url.href;
};
const job = defineJob({ type: 'work', schema: z.object({}), run: () => ({ done: true }) });

describe('a role that may not create schemas', () => {
  it('is told the SQL for an administrator, and nothing is made', async () => {
    await expect(migrate({ connectionString: urlAs(migrator) })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringContaining(`CREATE SCHEMA "punctual" AUTHORIZATION "${migrator}"`),
    });
    await database.pool.query('CREATE SCHEMA punctual');
    await expect(migrate({ connectionString: urlAs(migrator) })).rejects.toMatchObject({
      message: expect.stringContaining(`GRANT USAGE, CREATE ON SCHEMA "punctual" TO "${migrator}"`),
    });
  });

  it('migrates into a schema that was made for it, and needs no right in public where no subscriptions are used', async () => {
    await database.pool.query(`CREATE SCHEMA punctual AUTHORIZATION ${migrator}`);
    const { applied } = await migrate({ connectionString: urlAs(migrator), subscriptions: false });
    expect(applied).toContain('queue/0001_queue');
  });
});

describe('a role that only reads and writes', () => {
  it('runs everything with migrate: false, upkeep of the ledger included', async () => {
    await database.pool.query(
      `CREATE SCHEMA punctual AUTHORIZATION ${migrator}; GRANT USAGE, CREATE ON SCHEMA public TO ${migrator}`,
    );
    await migrate({ connectionString: urlAs(migrator) });
    const owner = new pg.Client({ connectionString: urlAs(migrator) });
    await owner.connect();
    const tables = await readAdoptedTables(database.db);
    for (const sql of grantsFor({ schema: 'punctual', role: runner, tables })) await owner.query(sql);
    await owner.end();

    const ran: string[] = [];
    const scheduler = createScheduler({
      databaseUrl: urlAs(runner),
      migrate: false,
      enabled: false,
      jobs: [job],
      subscriptions: { process: async ({ userId }) => void ran.push(userId ?? ''), ledgerDays: 30 },
    });
    await scheduler.start();
    await scheduler.subscriptions.create({ userId: 'u1', schedule: { time: '09:00' } });
    await database.pool.query(`UPDATE subscription_processing SET next_run_at = now() - interval '1 minute'`);
    await scheduler.trigger('subscriptions', { by: 'test' });
    expect(ran).toEqual(['u1']);
    await database.pool.query(`SELECT punctual.subscription_make_partition('2020-01-01')`);
    const upkeep = await scheduler.trigger('subscription-maintenance', { by: 'test' });
    expect(upkeep).toMatchObject({ status: 'completed', error: null });
    const { rows } = await database.pool.query(`SELECT to_regclass('punctual.subscription_runs_2020_01') AS old`);
    expect(rows).toEqual([{ old: null }]);
    const { id } = await scheduler.enqueue(job, {}, { workspaceId: 'acme' });
    await waitFor(async () => (await scheduler.queue.admin.get(id)).status === 'completed');
    const own = await scheduler.queue.users.list({ userId: 'u', workspaceId: 'acme' }, {}, {});
    expect(own.items.map((one) => one.id)).toEqual([id]);
    await scheduler.stop({ graceMs: 0 });
  });

  it('cannot drop anything but partitions of the ledger', async () => {
    await migrate({ connectionString: database.url });
    for (const part of [
      'jobs',
      'subscription_runs',
      'subscription_runs_default',
      'subscription_runs_2020_01"; DROP TABLE x',
    ]) {
      await expect(
        database.pool.query('SELECT punctual.subscription_drop_partition($1)', [part]),
      ).rejects.toMatchObject({ code: '22023' });
    }
  });
});
