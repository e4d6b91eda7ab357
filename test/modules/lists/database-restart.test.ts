// PostgreSQL is stopped and started again in the middle of an import, with four pages in flight: the import continues by itself.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { startFlowPostgres, type FlowPostgres } from '../../support/flow/postgres.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { migrateAll } from '../../support/test-run/migrate-all.js';
import { waitFor } from '../../support/wait-for.js';
import { startLists, type ListsKit } from './support.js';
import { createListWorkers, expectExact, pageOf, type ListWorkers } from './workers.js';

const ann = { user: 'ann', workspace: 'w1' };
const key = randomBytes(32);

let postgres: FlowPostgres;
let api: RunningServer;
let kit: ListsKit;
let workers: ListWorkers;
const asked: number[] = [];
/** Pages after the twelfth wait here, until they are released. */
let held: (() => void)[] | null = null;

beforeAll(async () => {
  postgres = await startFlowPostgres();
  await migrateAll(postgres.url);
  const members = express().get('/members', (request, response) => {
    const page = Number(request.query['page']);
    asked.push(page);
    const answer = (): void => void response.json(pageOf(page));
    if (held === null || page <= 12) answer();
    else held.push(answer);
  });
  api = await startServer(members);
  kit = await startLists(postgres, { membersApiUrl: api.url }, { worker: false, key });
  workers = createListWorkers({ databaseUrl: postgres.url, membersApiUrl: api.url, key });
  await workers.start();
}, 60_000);
afterAll(async () => {
  await workers.killAll();
  await kit.stop();
  await api.close();
  await postgres.close();
});

it.each(['stop', 'crash'] as const)(
  'is exact after a %s of the database, and reads no stored page again',
  async (how) => {
    asked.length = 0;
    const waiting: (() => void)[] = (held = []);
    const { id } = await kit.create(ann);
    const stored = await waitFor(async () => {
      const { progress } = await kit.get(ann, id);
      return waiting.length === 4 && progress.pages;
    });
    await postgres[how]();
    // they arrive while there is no database to store them in
    held = null;
    waiting.forEach((answer) => answer());
    await postgres.start();
    await expectExact(kit, postgres.pool, ann, id);
    const again = asked.filter((page, index) => asked.indexOf(page) !== index);
    expect(Math.min(...again)).toBeGreaterThan(stored);
  },
  60_000,
);
