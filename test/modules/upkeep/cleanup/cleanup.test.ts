// cleanup against real tables: what goes, what stays, and that a visit is moved with all that it has, once.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../../src/compose/create-scheduler.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { counts, pass, seed, startUpkeep } from '../upkeep-kit.js';

let database: TestDatabase;
let scheduler: Scheduler;
beforeAll(async () => {
  database = await createEmptyDatabase();
  scheduler = await startUpkeep(database);
});
beforeEach(() => database.pool.query('TRUNCATE verification_codes, oauth_states, page_visits, page_visits_archive'));
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

describe('what is old', () => {
  it('goes in batches, and what is younger stays', async () => {
    await seed(database, 2_500, 30);
    expect(await pass(scheduler)).toEqual({
      cleaned_count: 7_500,
      tables: { verification_codes: 2_500, oauth_states: 2_500, page_visits: 2_500 },
    });
    expect(await counts(database)).toEqual({
      ...{ verification_codes: 30, oauth_states: 30 },
      ...{ page_visits: 30, page_visits_archive: 2_500 },
    });
    expect(await pass(scheduler)).toMatchObject({ cleaned_count: 0 });
  });

  it('is only counted by a dry run', async () => {
    await seed(database, 40, 5);
    expect(await pass(scheduler, { dryRun: true })).toEqual({
      ...{ cleaned_count: 120, dry_run: 1 },
      tables: { verification_codes: 40, oauth_states: 40, page_visits: 40 },
    });
    expect(await counts(database)).toMatchObject({ verification_codes: 45, oauth_states: 45, page_visits: 45 });
    const run = await scheduler.trigger('cleanup', { by: 'test', input: { dry_run: true } });
    expect(run).toMatchObject({ status: 'completed', input: { dry_run: true } });
    expect(await counts(database)).toMatchObject({ page_visits: 45, page_visits_archive: 0 });
  });

  it('is left to the next pass where a row is locked', async () => {
    await seed(database, 3, 0);
    const other = await database.pool.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM verification_codes ORDER BY created_at LIMIT 1 FOR UPDATE');
    expect(await pass(scheduler)).toMatchObject({ tables: { verification_codes: 2, oauth_states: 3, page_visits: 3 } });
    await other.query('ROLLBACK');
    other.release();
    expect(await pass(scheduler)).toMatchObject({ tables: { verification_codes: 1 } });
  });

  it('is refused anything else than a dry run as input', async () => {
    await expect(scheduler.trigger('cleanup', { by: 'test', input: { dryrun: true } })).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', details: { errors: [{ path: 'input.dryrun' }] } },
    });
    await expect(scheduler.trigger('cleanup', { by: 'test', input: { dry_run: 'yes' } })).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', details: { errors: [{ path: 'input.dry_run' }] } },
    });
  });
});

describe('visits', () => {
  it('are in one of the two tables at any moment', async () => {
    await seed(database, 8_000, 0);
    const looks: number[] = [];
    let over = false;
    const looking = (async () => {
      while (!over) {
        const { rows } = await database.pool.query<{ all: number }>(
          `SELECT (SELECT count(*) FROM page_visits)::int + (SELECT count(*) FROM page_visits_archive)::int AS all`,
        );
        looks.push(rows[0]?.all ?? 0);
      }
    })();
    await pass(scheduler);
    over = true;
    await looking;
    expect(new Set(looks)).toEqual(new Set([8_000]));
    const { rows } = await database.pool.query(
      'SELECT count(DISTINCT id)::int AS ids, count(*)::int AS rows FROM page_visits_archive',
    );
    expect(rows).toEqual([{ ids: 8_000, rows: 8_000 }]);
  });

  it('that come again after they were archived are kept once', async () => {
    await seed(database, 10, 0);
    await pass(scheduler);
    await database.pool.query('INSERT INTO page_visits SELECT * FROM page_visits_archive');
    expect(await pass(scheduler)).toMatchObject({ tables: { page_visits: 10 } });
    expect(await counts(database)).toMatchObject({ page_visits: 0, page_visits_archive: 10 });
  });

  it('whose id another visit has in the archive are not lost: the process says so and cleans the others', async () => {
    await seed(database, 5, 0);
    await database.pool.query(
      'INSERT INTO page_visits_archive (id, user_id, visited_at) SELECT id, user_id + 1, visited_at FROM page_visits LIMIT 1',
    );
    expect(await pass(scheduler)).toEqual({
      processed_count: 10,
      error: expect.stringMatching(/^page_visits: visit \d+ is already in the archive, with another user or time$/),
    });
    expect(await counts(database)).toMatchObject({ verification_codes: 0, oauth_states: 0, page_visits: 5 });
  });

  it('are moved with all of their columns, and not at all while the archive lacks one', async () => {
    await database.pool.query('ALTER TABLE page_visits ADD COLUMN "Path, of" text');
    await seed(database, 4, 0);
    await database.pool.query(`UPDATE page_visits SET "Path, of" = '/' || user_id`);
    expect(await pass(scheduler)).toMatchObject({
      error: expect.stringContaining('ALTER TABLE public.page_visits_archive ADD COLUMN "Path, of" text'),
    });
    await database.pool.query('ALTER TABLE page_visits_archive ADD COLUMN "Path, of" text');
    expect(await pass(scheduler)).toMatchObject({ tables: { page_visits: 4 } });
    const { rows } = await database.pool.query(
      'SELECT count(*)::int AS moved FROM page_visits_archive WHERE "Path, of" IS NOT NULL',
    );
    expect(rows).toEqual([{ moved: 4 }]);
    await database.pool.query('ALTER TABLE page_visits DROP COLUMN "Path, of"');
  });
});
