// GET /api/teams/:id/stats as users of several teams call it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import type { Scheduler } from '../../../../src/compose/create-scheduler.js';
import { createModulesApi } from '../../../../src/routes/index.js';
import { createManualClock } from '../../../../src/scheduler/testing/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';
import { addTeam, pass, startAnalytics, visit } from '../analytics-kit.js';

let database: TestDatabase;
let scheduler: Scheduler;
let server: RunningServer;
/** 9 March in Tokyo, 8 March in New York. */
const NOW = new Date('2026-03-08T20:00:00Z');
beforeAll(async () => {
  database = await createEmptyDatabase();
  scheduler = await startAnalytics(database, { clock: createManualClock(NOW) });
  const authenticateUser = (request: express.Request) => {
    const userId = request.get('x-user');
    return userId === undefined ? null : { name: userId, userId, workspaceId: null };
  };
  server = await startServer(express().use('/api', createModulesApi(scheduler, { authenticateUser }).router));
});
afterAll(async () => {
  await server.close();
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

async function stats(user: string | null, team: string, query = ''): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server.url}/api/teams/${encodeURIComponent(team)}/stats${query}`, {
    headers: user === null ? {} : { 'x-user': user },
  });
  return { status: response.status, body: await response.json() };
}

it('shows a user the days of the own team, in its zone, and nothing of others', async () => {
  const tokyo = await addTeam(database, 'Asia/Tokyo', 2);
  const newYork = await addTeam(database, 'America/New_York', 1);
  const [ada = '', bob = ''] = tokyo.users;
  const [eve = ''] = newYork.users;
  await visit(database, ada, '2026-03-08T16:00:00Z', '2026-03-08T17:00:00Z', '2026-03-07T00:00:00Z');
  await visit(database, bob, '2026-03-08T18:00:00Z');
  await visit(database, eve, '2026-03-08T16:00:00Z');
  expect((await stats(ada, tokyo.id)).body).toMatchObject({ visits: 0, counted_until: null });
  await pass(scheduler);

  const { status, body } = await stats(ada, tokyo.id, '?days=3');
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ team_id: tokyo.id, timezone: 'Asia/Tokyo', visits: 4, counted_until: NOW.toISOString() },
    days: [
      { day: '2026-03-07', visits: 1, visitors: 1 },
      { day: '2026-03-08', visits: 0, visitors: 0 },
      { day: '2026-03-09', visits: 3, visitors: 2 },
    ],
  });
  const thirty = (await stats(eve, newYork.id)).body as { days: { day: string }[] };
  expect(thirty.days).toHaveLength(30);
  expect([thirty.days[0]?.day, thirty.days[29]?.day]).toEqual(['2026-02-07', '2026-03-08']);

  for (const [user, team] of [
    ...[
      [eve, tokyo.id],
      [ada, newYork.id],
      [ada, '999999'],
      [ada, 'no id'],
      ['nobody', tokyo.id],
    ],
    ...[["'; DROP TABLE teams; --", tokyo.id]],
  ] as [string, string][]) {
    expect(await stats(user, team)).toMatchObject({ status: 404, body: { code: 'TEAM_NOT_FOUND' } });
  }
  expect((await stats(null, tokyo.id)).status).toBe(401);
  await database.pool.query('UPDATE users SET team_id = NULL WHERE id = $1', [bob]);
  expect((await stats(bob, tokyo.id)).status).toBe(404);
});

it.each(['?days=0', '?days=801', '?days=x', '?days=1.5', '?day=3'])('refuses %s', async (query) => {
  const team = await addTeam(database, 'UTC');
  const { status, body } = await stats(team.users[0] ?? '', team.id, query);
  expect(status).toBe(400);
  expect(body).toMatchObject({ errors: [{ path: expect.stringMatching(/^(query\.)?days?$/) }] });
});
