// Real worker processes that import lists, and an audience whose import is exact or not.
import { expect } from '@jest/globals';
import type pg from 'pg';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { member, numbered, type Caller, type ListsKit } from './support.js';

export const PAGES = 40;
export const PER_PAGE = 25;

/** One page of the audience: each has one member that another page has too. */
export function pageOf(page: number): unknown {
  const own = Array.from({ length: PER_PAGE - 1 }, (_, n) => member((page - 1) * PER_PAGE + n));
  const again = { ...member((page % PAGES) * PER_PAGE), id: `again-${page}` };
  return numbered([...own, again], page, PAGES, PAGES * PER_PAGE);
}

export interface ListWorkers {
  /** With these variables beside the usual ones. */
  start(variables?: Readonly<Record<string, string>>): Promise<RunningProcess>;
  kill(worker: RunningProcess): Promise<void>;
  killAll(): Promise<void>;
}

export interface ListWorkersOptions {
  readonly databaseUrl: string;
  readonly membersApiUrl: string;
  readonly key: Buffer;
}

export function createListWorkers({ databaseUrl, membersApiUrl, key }: ListWorkersOptions): ListWorkers {
  const workers = new Set<RunningProcess>();
  const kill = async (worker: RunningProcess): Promise<void> => {
    await worker.stop('SIGKILL');
    workers.delete(worker);
  };
  return {
    async start(variables = {}) {
      const worker = await startProcess({
        script: 'src/cli/punctual.ts',
        args: ['worker', 'start'],
        ready: /worker started/,
        env: {
          DATABASE_URL: databaseUrl,
          ENCRYPTION_KEYS: `test:${key.toString('base64')}`,
          MEMBERS_API_URL: membersApiUrl,
          MIGRATE_ON_START: 'false',
          NODE_ENV: 'test',
          ...variables,
        },
      });
      workers.add(worker);
      return worker;
    },
    kill,
    async killAll() {
      for (const worker of [...workers]) await kill(worker);
    },
  };
}

/** Waits until the list is complete, and compares its counts and its rows with the audience. */
export async function expectExact(kit: ListsKit, pool: pg.Pool, owner: Caller, id: string): Promise<void> {
  const { progress } = await kit.reaches(owner, id, 'completed');
  const inserted = PAGES * (PER_PAGE - 1);
  expect(progress).toMatchObject({
    ...{ pages: PAGES, fetched: PAGES * PER_PAGE, inserted, duplicates: PAGES, invalid: 0 },
  });
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM punctual.batch_list_members WHERE list_id = $1',
    [id],
  );
  expect(rows).toEqual([{ n: inserted }]);
}
