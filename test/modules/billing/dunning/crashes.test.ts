// Processes that die while they plan mails to teams that are past due (kill -9): each admin gets one mail for each step, whatever happens.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../../src/compose/create-scheduler.js';
import { smtp } from '../../../../src/modules/notifications/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { startProcess, type RunningProcess } from '../../../support/processes.js';
import { waitFor } from '../../../support/wait-for.js';
import { holdCommits } from '../faults/hold-commits.js';
import { addPastDue, PORTAL, SECRET, startDunning } from './dunning-kit.js';

let database: TestDatabase;
let mail: MailServer;
const started: RunningProcess[] = [];
/** Takes over when the process has died. */
let survivor: Scheduler | null = null;
beforeAll(async () => {
  [database, mail] = await Promise.all([createEmptyDatabase(), startMailServer()]);
});
afterEach(async () => {
  await survivor?.stop({ graceMs: 1_000 });
  survivor = null;
  await Promise.all(started.splice(0).map((process) => process.stop('SIGKILL')));
});
afterAll(async () => {
  await mail.close();
  await database.close();
});

async function program(): Promise<RunningProcess> {
  const running = await startProcess({
    script: 'test/modules/billing/dunning/dunning-program.ts',
    ready: /"message":"up"/,
    env: { DATABASE_URL: database.url, SMTP_URL: mail.url, PORTAL_URL: PORTAL, LINK_SECRET: SECRET },
  });
  started.push(running);
  return running;
}

const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  (await database.pool.query(sql, values)).rows.length;
const mailsTo = (domain: string): string[] =>
  mail.mails
    .flatMap(({ to }) => [to].flat())
    .map((to) => to?.value[0]?.address ?? '')
    .filter((address) => address.endsWith(domain))
    .sort();

it.each(['before', 'after'] as const)(
  '%s the commit that stores the mails',
  async (when) => {
    const dying = await program();
    const domain = `@${when}.example`;
    const admins = ['ada', 'bob'].map((name) => `${name}${domain}`);
    const team = await addPastDue(database, 'Asia/Tokyo', admins);
    await waitFor(() =>
      count(`SELECT FROM punctual.billing_dunning WHERE team_id = $1 AND punctual_state = 'planned'`, [team]),
    );
    const commits = await holdCommits(database, {
      table: 'punctual.billing_dunning_log',
      event: 'INSERT',
      when: 'true',
    });
    await database.pool.query('UPDATE punctual.billing_dunning SET punctual_next_run_at = now() WHERE team_id = $1', [
      team,
    ]);
    await commits.reached();
    await dying.stop('SIGKILL');
    if (when === 'before') await commits.rollBack();
    await commits.release();
    const stored = `SELECT FROM punctual.billing_dunning_log WHERE team_id = $1 AND sent = 2`;
    if (when === 'before') expect(await count(stored, [team])).toBe(0);
    else await waitFor(() => count(stored, [team]));
    survivor = await startDunning(database, { transport: smtp(mail.url) });
    await waitFor(() => mailsTo(domain).length >= 2, { timeoutMs: 30_000, what: 'both admins are mailed' });
    await waitFor(async () => (await count(`SELECT FROM punctual.jobs WHERE status NOT IN ('completed')`)) === 0);
    expect(mailsTo(domain)).toEqual(admins);
    expect(await count(stored, [team])).toBe(1);
    const { rows } = await database.pool.query('SELECT steps FROM punctual.billing_dunning WHERE team_id = $1', [team]);
    expect(rows).toEqual([{ steps: 1 }]);
  },
  90_000,
);
