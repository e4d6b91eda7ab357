// A scheduler with analytics over tables that it makes, and counts of the same visits by PostgreSQL's own calendar to compare with.
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { analytics, type AnalyticsOptions } from '../../../src/modules/analytics/index.js';
import { upkeep } from '../../../src/modules/upkeep/index.js';
import type { AnyModule } from '../../../src/scheduler/modules/index.js';
import type { ManualClock } from '../../../src/scheduler/testing/index.js';
import type { TestDatabase } from '../../support/database.js';

export interface Given {
  readonly options?: AnalyticsOptions;
  readonly clock?: ManualClock;
  /** Before analytics. */
  readonly modules?: readonly AnyModule[];
}

export async function startAnalytics(database: TestDatabase, given: Given = {}): Promise<Scheduler> {
  const { options, clock, modules = [upkeep()] } = given;
  const scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, batchCron: null, heartbeatS: 0.2, tick: '* * * * * *' },
    ...{ modules: [...modules, analytics(options)], queue: { worker: false } },
    ...(clock === undefined ? {} : { clock }),
  });
  await scheduler.start();
  return scheduler;
}

/** What a process came to in one pass of the batch, without how long it took. */
export async function pass(scheduler: Pick<Scheduler, 'batch'>, name = 'analytics'): Promise<Record<string, unknown>> {
  const { finished } = await scheduler.batch.begin({ by: 'test', only: [name] });
  const { duration_ms: _took, ...result } = (await finished).results[name] as Record<string, unknown>;
  return result;
}

/** A team with the given number of users; returns their ids. */
export async function addTeam(
  { pool }: TestDatabase,
  timezone: string | null,
  users = 1,
): Promise<{ readonly id: string; readonly users: readonly string[] }> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO teams (name, timezone) VALUES ('Crew', $1) RETURNING id::text`,
    [timezone],
  );
  const id = rows[0]?.id ?? '';
  const people = await pool.query<{ id: string }>(
    `INSERT INTO users (team_id, email) SELECT $1, 'u' || n || '@crew.example' FROM generate_series(1, $2) n RETURNING id::text`,
    [id, users],
  );
  return { id, users: people.rows.map((row) => row.id) };
}

export async function visit({ pool }: TestDatabase, userId: string, ...times: readonly string[]): Promise<void> {
  await pool.query('INSERT INTO page_visits (user_id, visited_at) SELECT $1, * FROM unnest($2::timestamptz[])', [
    ...[userId, times],
  ]);
}

/** `day: visits` of a team, as it is stored. */
export async function statsOf({ pool }: TestDatabase, teamId: string): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ day: string; visits: number }>(
    `SELECT day::text, visits::int FROM punctual.team_stats_daily WHERE team_id = $1 AND visits > 0 ORDER BY day`,
    [teamId],
  );
  return Object.fromEntries(rows.map(({ day, visits }) => [day, visits]));
}

export interface DayCount {
  readonly team: string;
  readonly day: string;
  readonly visits: number;
  readonly visitors: number;
}

export async function stored({ pool }: TestDatabase): Promise<DayCount[]> {
  const { rows } = await pool.query<DayCount>(
    `SELECT team_id::text AS team, day::text, visits::int, visitors FROM punctual.team_stats_daily
     WHERE visits > 0 ORDER BY team_id, day`,
  );
  return rows;
}

/** The same from the visits, each once by its id. */
export async function expected({ pool }: TestDatabase): Promise<DayCount[]> {
  const { rows } = await pool.query<DayCount>(
    `SELECT t.id::text AS team, (v.visited_at AT TIME ZONE t.timezone)::date::text AS day, count(*)::int AS visits,
       count(DISTINCT v.user_id)::int AS visitors
     FROM (SELECT * FROM page_visits UNION SELECT * FROM page_visits_archive) v
     JOIN users u ON u.id = v.user_id JOIN teams t ON t.id = u.team_id
     GROUP BY t.id, 2 ORDER BY t.id, 2`,
  );
  return rows;
}
