// What the batch does for the tables of the application: it removes what has expired, and counts the visits of each team by its own days.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { runBatch } from '../batch.js';
import { bold, dim, green, number, print, red, table } from '../print.js';
import type { Stage } from '../stage.js';

/** Rows that are put in: those that are old enough to go, and those that must stay. */
export const ROWS = {
  codes: { old: 120, young: 5 },
  states: { old: 40, young: 3 },
  visits: { old: 60, young: 9 },
} as const;

const TEAM = { name: 'Studio', timezone: 'Asia/Tokyo' } as const;

const WITH_TEAM = `
  WITH team AS (INSERT INTO teams (name, timezone) VALUES ($2, $3) RETURNING id)
  INSERT INTO users (id, name, city, team_id) SELECT $1, 'A designer', 'Tokyo', id FROM team RETURNING team_id::text AS id`;

const WITH_OLD_ROWS = `
  WITH codes AS (
    INSERT INTO verification_codes (created_at)
    SELECT now() - CASE WHEN n <= $2 THEN 45 ELSE 1 END * interval '1 day' FROM generate_series(1, $3::int) n
  ), states AS (
    INSERT INTO oauth_states (expires_at)
    SELECT now() + CASE WHEN n <= $4 THEN -1 ELSE 1 END * interval '1 day' FROM generate_series(1, $5::int) n
  )
  INSERT INTO page_visits (user_id, visited_at)
  SELECT $1::uuid, now() - CASE WHEN n <= $6 THEN interval '500 days' ELSE interval '1 second' END FROM generate_series(1, $7::int) n`;

const LEFT = `
  SELECT (SELECT count(*)::int FROM verification_codes) AS codes, (SELECT count(*)::int FROM oauth_states) AS states,
    (SELECT count(*)::int FROM page_visits WHERE user_id = $1::uuid) AS visits,
    (SELECT count(*)::int FROM page_visits_archive WHERE user_id = $1::uuid) AS archived`;

export interface TeamStats {
  readonly timezone: string;
  readonly visits: number;
  readonly days: readonly { readonly day: string; readonly visits: number; readonly visitors: number }[];
}

export interface CleanedUp {
  /** What is left in the tables after the pass. */
  readonly left: {
    readonly codes: number;
    readonly states: number;
    readonly visits: number;
    readonly archived: number;
  };
  readonly stats: TeamStats;
}

const sizes = (): number[] => Object.values(ROWS).flatMap(({ old, young }) => [old, old + young]);

/** Fills the tables, has the batch clean and count, and reads the statistics as a member of the team. */
export async function cleanUp(stage: Stage, signal: AbortSignal): Promise<CleanedUp> {
  print(`\n${bold('Upkeep and statistics')}  ${dim('POST /api/worker/queue_worker?only=cleanup,analytics')}`);
  const { admin, databaseUrl, user } = stage;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const member = randomUUID();
    const { rows: teams } = await client.query<{ id: string }>(WITH_TEAM, [member, TEAM.name, TEAM.timezone]);
    await client.query(WITH_OLD_ROWS, [member, ...sizes()]);
    await runBatch(stage, ['cleanup', 'analytics'], signal);
    const { rows } = await client.query<CleanedUp['left']>(LEFT, [member]);
    const headers = { authorization: `Bearer ${await user(member, 'acme')}` };
    const reply = await fetch(`${admin.url}/api/teams/${teams[0]!.id}/stats?days=2`, { headers, signal });
    if (!reply.ok) throw new Error(`GET /api/teams/:id/stats returned ${reply.status}`);
    return { left: rows[0]!, stats: (await reply.json()) as TeamStats };
  } finally {
    await client.end();
  }
}

/** What is wrong; empty if nothing is. */
export function problemsOfUpkeep({ left, stats }: CleanedUp): string[] {
  const { codes, states, visits } = ROWS;
  const should = { codes: codes.young, states: states.young, visits: visits.young, archived: visits.old };
  const names = Object.keys(should) as (keyof typeof should)[];
  return [
    ...names.filter((name) => left[name] !== should[name]).map((name) => `${left[name]} ${name}, not ${should[name]}`),
    ...(stats.visits === visits.young ? [] : [`the team has ${stats.visits} visits, not ${visits.young}`]),
  ];
}

export function showUpkeep({ left, stats }: CleanedUp, problems: readonly string[]): void {
  const gone = (kind: 'codes' | 'states'): string => green(number(ROWS[kind].old + ROWS[kind].young - left[kind]));
  const day = stats.days.findLast(({ visits }) => visits > 0);
  table([
    ['deleted', gone('codes'), dim(`verification codes older than 30 days; ${left.codes} younger ones stay`)],
    ['deleted', gone('states'), dim(`expired OAuth states; ${left.states} stay`)],
    ['archived', green(number(left.archived)), dim('page visits older than 400 days')],
    [
      'counted',
      green(number(stats.visits)),
      dim(
        `visits of the team ${TEAM.name} by ${day?.visitors ?? 0} person, on ${day?.day ?? '–'} in ${stats.timezone}`,
      ),
    ],
  ]);
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}
