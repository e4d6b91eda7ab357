// A thousand lists of 500 members, imported by four worker processes, two of which are killed. Verifies that all lists are complete and
// exact, and measures the share of each workspace over time and the rate compared with one large import.
import pg from 'pg';
import { round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import {
  checkLists,
  createLists,
  readProgress,
  type Progress,
  type Waiting,
  type Wanted,
} from '../../contestants/lists/fill.js';
import { startWorkers, type Workers } from '../../contestants/lists/workers.js';
import { atLeast, atMost, benchmark, type Findings } from '../../support/frame.js';
import { startMembersApi } from '../../support/servers/members-api.js';
import { runProgram } from '../../support/programs/program.js';

const MEMBERS = 500;
const DISTINCT = MEMBERS - MEMBERS / 20;
const PROCESSES = 4;
/** One process is killed when this share of all members has been stored. */
const KILLS_AT = [0.25, 0.5];
/** At these shares of all members, the shares of the workspaces are recorded and compared with the target. */
const STEPS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const LOOK_MS = 50;

interface Step {
  readonly at: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of each workspace, as a multiple of its fair share. */
  readonly shares: readonly number[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function stepOf({ stored }: Progress, at: number, workspaces: number): Step {
  const fair = sum(stored) / workspaces;
  const shares = stored.map((members) => round(members / fair, 3));
  return { at, lowest: Math.min(...shares), highest: Math.max(...shares), shares };
}

/** Waits until every list has ended, and returns the shares recorded meanwhile. */
async function watch(client: pg.Client, wanted: Wanted, workers: Workers): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let killed = 0;
  for (;;) {
    const progress = await readProgress(client);
    if (progress.open === 0) return steps;
    const done = sum(progress.stored) / (wanted.lists * DISTINCT);
    for (let next = STEPS[steps.length]; next !== undefined && done >= next; next = STEPS[steps.length])
      steps.push(stepOf(progress, next, wanted.workspaces));
    if (done >= (KILLS_AT[killed] ?? Infinity)) {
      workers.killOne();
      killed += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function importAll(databaseUrl: string, wanted: Wanted): Promise<{ seconds: number; steps: readonly Step[] }> {
  const api = await startMembersApi(MEMBERS, 0);
  const client = new pg.Client({ connectionString: databaseUrl });
  const input = { databaseUrl, apiUrl: api.url };
  let waiting: Waiting | undefined;
  let workers: Workers | undefined;
  try {
    waiting = await createLists(input, wanted);
    workers = await startWorkers(PROCESSES, input);
    await client.connect();
    const since = performance.now();
    await waiting.begin();
    const steps = await watch(client, wanted, workers);
    const seconds = (performance.now() - since) / 1_000;
    await checkLists(client, wanted, MEMBERS, DISTINCT);
    return { seconds, steps };
  } finally {
    workers?.stop();
    await waiting?.close();
    await client.end();
    api.stop();
  }
}

async function importOne(databaseUrl: string, size: number): Promise<number> {
  const api = await startMembersApi(size, 0);
  try {
    const input = { databaseUrl, apiUrl: api.url, size, parallel: 4 };
    return size / (await runProgram<ContestResult>('contestants/import.ts', input)).seconds;
  } finally {
    api.stop();
  }
}

/** Each workspace's share over time: a row for each, a column for each step. */
function sharesTable(steps: readonly Step[], workspaces: number): NonNullable<Findings['shown']> {
  const row = (name: string, of: (step: Step) => number) => [name, ...steps.map((step) => of(step).toFixed(2))];
  const each = Array.from({ length: workspaces }, (_, index) => row(`workspace ${index + 1}`, (s) => s.shares[index]!));
  const extremes = [row('smallest', ({ lowest }) => lowest), row('largest', ({ highest }) => highest)];
  const head = ['share ÷ fair share when', ...steps.map(({ at }) => `${round(at * 100)} % are stored`)];
  return [head, [...each, ...extremes]];
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('lists', async (fresh) => {
    const wanted = { lists: quick ? 200 : 1_000, workspaces: 20 };
    const alone = await importOne(await fresh(), 50_000);
    const { seconds, steps } = await importAll(await fresh(), wanted);
    const rate = (wanted.lists * MEMBERS) / seconds;
    const unfair = Math.max(...steps.map(({ lowest, highest }) => Math.max(highest, 1 / lowest)));
    const rates = { members_per_s: round(rate), seconds: round(seconds, 1), import_members_per_s: round(alone) };
    return {
      settings: { ...wanted, members: MEMBERS, processes: PROCESSES, killed: KILLS_AT.length },
      figures: { ...rates, shares: steps },
      shown: sharesTable(steps, wanted.workspaces),
      targets: [
        atMost('furthest of a workspace from its fair share, either way', unfair, 1.5),
        atLeast('rate ÷ rate of one import', rate / alone, 0.7, {
          note: `${round(rate)} of ${round(alone)} members/s`,
        }),
      ],
    };
  });
