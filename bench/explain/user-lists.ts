// Shows the plans of users' queries (lists, filters, metrics) on a million jobs and a million notifications:
// `npx tsx bench/explain/user-lists.ts <url> [rows] [--one-owner] [--plans]`. Replaces the jobs and notifications in that database. With
// `--one-owner`, all rows belong to one workspace, and all jobs are those of notifications.
import pg from 'pg';
import { migrate } from '../../src/compose/database/migrate.js';
import { countOwnJobs, listOwnJobsSorted, type OwnJobPage } from '../../src/db/queue/admin-queries/user-scope.js';
import type { JobFilter } from '../../src/db/queue/admin-queries/read-jobs.js';
import { countOwnNotifications, listOwnNotifications } from '../../src/modules/notifications/db/own-notifications.js';
import { notifications } from '../../src/modules/notifications/index.js';
import type { UserJobFilter, UserScope } from '../../src/scheduler/public.js';
import { explaining, showPlans, type Statement } from './explaining.js';

const [url, size = '1000000'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const oneOwner = process.argv.includes('--one-owner');
if (!url) throw new Error('the first argument must be the URL of a database that may be overwritten');

/** A fifth of the rows belongs to one workspace, two fifths to 1,000 others, and two fifths to 8,000 users without a workspace. */
const LARGE = ['large workspace', { userId: 'u1', workspaceId: 'large' }] as const;
const OWNERS: readonly (readonly [name: string, scope: UserScope])[] = [
  LARGE,
  ['workspace', { userId: 'u1', workspaceId: 'w7' }],
  ['user', { userId: 'u8', workspaceId: null }],
  ['nobody', { userId: 'nobody', workspaceId: null }],
];

/** Times over 90 days; ids increase with them. */
const ROWS = (rows: number): string => `
  SELECT n, (lpad(to_hex(n), 12, '0') || '7000800000000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid AS id,
    now() - (${rows} - n) * interval '90 days' / ${rows} AS at,
    CASE WHEN ${oneOwner} OR n % 5 = 0 THEN 'large' WHEN n % 5 < 3 THEN 'w' || n % 1000 END AS workspace, 'u' || n % 8000 AS owner, 'g' || n % 50 AS grp
  FROM generate_series(1, ${rows}) n`;

async function seed(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query('TRUNCATE punctual.jobs, punctual.notifications CASCADE');
  await pool.query(`
    INSERT INTO punctual.jobs (id, type, payload, status, workspace_id, user_id, group_id, created_at, run_at, scheduled_for, completed_at, dead_at, duration_ms)
    SELECT id, ${oneOwner ? "'notification.email'" : "'type' || n % 20"}, jsonb_build_object('recipient_id', 'r' || n % 5000, 'delivery_method', 'email'),
      CASE WHEN n % 100 = 0 THEN 'dead' WHEN n % 50 = 1 THEN 'pending' ELSE 'completed' END, workspace, owner, grp, at, at, at,
      CASE WHEN n % 50 <> 1 THEN at + interval '1 second' END, CASE WHEN n % 100 = 0 THEN at + interval '1 second' END, 20
    FROM (${ROWS(rows)}) r`);
  await pool.query(`
    INSERT INTO punctual.notifications (id, notification_type, category, status, workspace_id, user_id, recipient_id, group_id, created_at,
      scheduled_for, processed_at, processing_ms, attempts)
    SELECT id, 'immediate', 'immediate', CASE WHEN n % 100 = 0 THEN 'failed' WHEN n % 50 = 1 THEN 'pending' ELSE 'sent' END, workspace,
      owner, 'r' || n % 5000, grp, at, at, CASE WHEN n % 50 <> 1 THEN at + interval '1 second' END, 20, 1
    FROM (${ROWS(rows)}) r`);
  await pool.query('VACUUM (ANALYZE) punctual.jobs');
  await pool.query('VACUUM (ANALYZE) punctual.notifications');
}

const PAGE: OwnJobPage = {
  sort: 'created_at',
  descending: true,
  after: null,
  offset: 0,
  limit: 51,
  withoutTypes: ['notification.email'],
};

const FILTERS: readonly (readonly [name: string, filter: UserJobFilter, page?: Partial<OwnJobPage>])[] = [
  ['newest', {}],
  ['offset 10,000', {}, { offset: 10_000 }],
  ['failed', { status: ['dead', 'failed'] }],
  ['waiting', { status: ['pending'] }],
  ['processing', { status: ['processing'] }],
  ['of a type of none', { notificationType: 'none' }],
  ['one group', { groupId: 'g7' }],
  ['one recipient', { recipientId: 'r7' }],
  ['a group that has none', { groupId: 'none' }],
  ['by scheduled_for', {}, { sort: 'scheduled_for' }],
  ['by processed_at', {}, { sort: 'processed_at' }],
  ['by status', {}, { sort: 'status', descending: false }],
];

const ofJobs = ({ recipientId, notificationType, ...filter }: UserJobFilter): JobFilter => {
  const payload = {
    ...(recipientId === undefined ? {} : { recipient_id: recipientId }),
    ...(notificationType === undefined ? {} : { notification_type: notificationType }),
  };
  return { ...filter, ...(Object.keys(payload).length === 0 ? {} : { payload }) };
};

async function main(databaseUrl: string): Promise<void> {
  await migrate({
    connectionString: databaseUrl,
    subscriptions: false,
    modules: [notifications({ from: 'shop@example.com' })],
  });
  const pool = new pg.Pool({ connectionString: databaseUrl });
  await seed(pool, Number(size));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { db, last } = explaining(client, { answers: true });
  for (const [owner, scope] of oneOwner ? [LARGE] : OWNERS) {
    console.log(`\n${owner}`);
    const lists = FILTERS.flatMap(([name, filter, page = {}]): Statement[] => [
      [`jobs, ${name}`, () => listOwnJobsSorted(db, scope, ofJobs(filter), { ...PAGE, ...page })],
      [`notifications, ${name}`, () => listOwnNotifications(db, scope, { ...PAGE, ...page, filter })],
    ]);
    const counts = [24, 720].flatMap((hours): Statement[] => [
      [`jobs, metrics of ${hours} hours`, () => countOwnJobs(db, scope, hours)],
      [`notifications, metrics of ${hours} hours`, () => countOwnNotifications(db, scope, hours)],
    ]);
    const { workspaceId, userId } = scope;
    const behindRowSecurity = async <T>(work: () => Promise<T>): Promise<T> => {
      await db.query(
        `SET LOCAL punctual.workspace_id = '${workspaceId ?? ''}'; SET LOCAL punctual.user_id = '${userId}'`,
      );
      await db.query('SET LOCAL ROLE punctual_user');
      return work();
    };
    const secured: Statement[] = [
      ['jobs, newest, behind row security', () => behindRowSecurity(() => listOwnJobsSorted(db, scope, {}, PAGE))],
      ['jobs, metrics of 24 hours, the same', () => behindRowSecurity(() => countOwnJobs(db, scope, 24))],
    ];
    await showPlans([...lists, ...counts, ...secured], last);
  }
  await client.end();
  await pool.end();
}

await main(url);
