// What is stored of batches of members, compared with a model: any repetition within and across batches, with and without a memory of what
// is in the list.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { migrate } from '../../../../src/compose/database/migrate.js';
import { lists } from '../../../../src/modules/lists/index.js';
import { storeBatch, type Batch } from '../../../../src/modules/lists/db/store.js';
import { createKnownAddresses, NOTHING_CERTAIN } from '../../../../src/modules/lists/import/known-addresses.js';
import { createBatchMaker } from '../../../../src/modules/lists/import/make-batch.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrate({ connectionString: database.url, subscriptions: false, modules: [lists()] });
});
afterAll(() => database.close());

async function newList(): Promise<string> {
  const id = randomUUID();
  await database.db.query(
    `INSERT INTO {schema}.batch_lists (id, user_id, name, audience, source, status, fence)
     VALUES ($1, 'u', 'n', 'a', 'members_api', 'running', 1)`,
    [id],
  );
  return id;
}

interface Given {
  readonly id: string | null;
  readonly email: string;
  readonly name: string | null;
  readonly createdAt: string | null;
}

const REST: Omit<Batch, 'fresh' | 'doubtful' | 'shadowed' | 'rejects' | 'fetched' | 'duplicates' | 'invalid'> = {
  ...{ pages: 1, total: null, checkpoint: null, again: false, endsIfNew: false },
};

const given = fc.record({
  id: fc.option(fc.constantFrom('1', '2', '3')),
  email: fc.constantFrom('a@x.test', 'A@x.test', 'b@x.test', 'c@x.test', 'not an address'),
  name: fc.option(fc.constantFrom('Ada', ' Bob  Bobson ', 'Zoë\u001f')),
  createdAt: fc.option(fc.constant('2026-01-02T03:04:05.678Z')),
});
const namesOf = (name: string | null): string | null => name?.trim().replace('  ', ' ').replace('\u001f', '') ?? null;

describe('batches of members', () => {
  it('are stored as the model says, whatever repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(given, { maxLength: 8 }), { maxLength: 4 }),
        fc.boolean(),
        async (batches, remembers) => {
          const list = await newList();
          const known = remembers ? createKnownAddresses() : NOTHING_CERTAIN;
          const stored = new Map<string, Given>();
          const expected = { inserted: 0, duplicates: 0, invalid: 0, repeated: 0 };
          const seen = { repeated: 0 };
          for (const batch of batches) {
            const pairs = new Set<string>();
            for (const one of batch) {
              const key = one.email.toLowerCase();
              const first = stored.get(key);
              if (!key.includes('@')) expected.invalid += 1;
              else if (first === undefined) {
                stored.set(key, one);
                expected.inserted += 1;
              } else {
                expected.duplicates += 1;
                if (one.id !== null && (first.id === one.id || pairs.has(`${key} ${one.id}`))) expected.repeated += 1;
              }
              pairs.add(`${key} ${one.id}`);
            }
            const maker = createBatchMaker(known);
            maker.add(batch);
            const { repeated, ...made } = maker.made();
            const result = await storeBatch(database.db, list, 1, { ...made, ...REST });
            seen.repeated += repeated + (result?.repeated ?? 0);
          }
          const { rows } = await database.db.query(
            `SELECT inserted::int, duplicates::int, invalid::int, (SELECT count(*)::int FROM {schema}.batch_list_rejects r WHERE r.list_id = l.id) AS kept
           FROM {schema}.batch_lists l WHERE id = $1`,
            [list],
          );
          const { repeated, ...counts } = expected;
          expect(rows).toEqual([{ ...counts, kept: expected.invalid }]);
          // whether a member that came several times is counted once or more often makes no difference: the audience is read again
          expect(seen.repeated > 0).toBe(repeated > 0);
          const members = await database.db.query(
            `SELECT email_key, email, external_id, name, joined_at::text IS NOT NULL AS has_joined
           FROM {schema}.batch_list_members WHERE list_id = $1 ORDER BY email_key`,
            [list],
          );
          expect(members.rows).toEqual(
            [...stored.entries()]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, { email, id, name, createdAt }]) => ({
                ...{ email_key: key, email, external_id: id, name: namesOf(name), has_joined: createdAt !== null },
              })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('complete the list if no member came twice, however many share an address', async () => {
    const members = [
      { id: '1', email: 'a@x.test' },
      { id: '2', email: 'A@x.test' },
    ];
    const ends = async (more: readonly { id: string; email: string }[]) => {
      const list = await newList();
      const maker = createBatchMaker(createKnownAddresses());
      maker.add([...members, ...more]);
      const { repeated: _, ...made } = maker.made();
      const stored = await storeBatch(database.db, list, 1, { ...made, ...REST, endsIfNew: true });
      const { rows } = await database.db.query('SELECT status FROM {schema}.batch_lists WHERE id = $1', [list]);
      return [stored?.ended, stored?.repeated, rows[0]?.['status']];
    };
    expect(await ends([])).toEqual([true, 0, 'completed']);
    expect(await ends([{ id: '1', email: 'a@x.test' }])).toEqual([false, 1, 'running']);
  });

  it('of an attempt that has been fenced off store nothing', async () => {
    const list = await newList();
    const maker = createBatchMaker(NOTHING_CERTAIN);
    maker.add([{ id: '1', email: 'a@x.test' }]);
    const { repeated: _, ...made } = maker.made();
    expect(await storeBatch(database.db, list, 0, { ...made, ...REST })).toBeNull();
    const { rows } = await database.db.query('SELECT FROM {schema}.batch_list_members WHERE list_id = $1', [list]);
    expect(rows).toEqual([]);
  });
});
