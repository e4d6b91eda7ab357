// A digest of the demo: a recipient in Kathmandu makes a schedule, sees the next digest beforehand, and it comes when it is due.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bold, dim, green, print, red, table } from '../print.js';
import type { Stage } from '../stage.js';

const USER = 'ada';
const GROUP = 'observatory';
const UPDATES = ['The dome has been repaired', 'A new comet is on its way', 'Visitors’ night on Friday'];
const LIMIT_MS = 30_000;

interface ScheduleView {
  readonly id: string;
  readonly description: string;
  readonly next_digest_scheduled: string;
}

interface PreviewView {
  readonly local_time: string;
  readonly mail: { readonly subject: string; readonly text: string } | null;
}

export interface SentDigest {
  readonly schedule: ScheduleView;
  readonly preview: PreviewView;
  /** Of the mail that came in; null: none did. */
  readonly text: string | null;
}

/** As the host's own SQL would. */
async function withHost<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const addRecipient = (client: pg.Client): Promise<string> =>
  client
    .query<{ id: string }>(
      `INSERT INTO punctual.recipients (user_id, name, email, timezone)
       VALUES ($1, 'Ada', 'ada@example.com', 'Asia/Kathmandu') RETURNING id::text`,
      [USER],
    )
    .then(({ rows }) => rows[0]!.id);

export async function sendDigest(
  { admin, databaseUrl, mailbox, user }: Stage,
  signal: AbortSignal,
): Promise<SentDigest> {
  print(`\n${bold('A digest')}  ${dim('POST /api/digest-schedules, then its preview')}`);
  const headers = { authorization: `Bearer ${await user(USER, 'acme')}`, 'content-type': 'application/json' };
  const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(`${admin.url}/api/digest-schedules${path}`, { ...init, headers, signal });
    if (!response.ok) throw new Error(`/api/digest-schedules${path} returned ${response.status}`);
    return (await response.json()) as T;
  };
  const recipient = await withHost(databaseUrl, addRecipient);
  const made = { recipient_id: recipient, group_id: GROUP, delivery_time: '07:00' };
  const schedule = await call<ScheduleView>('', { method: 'POST', body: JSON.stringify(made) });
  await withHost(databaseUrl, (client) =>
    client.query(
      `INSERT INTO punctual.updates (group_id, title, created_at)
       SELECT $1, title, $3::timestamptz - place * interval '1 minute' FROM unnest($2::text[]) WITH ORDINALITY AS u (title, place)`,
      [GROUP, UPDATES, new Date(Math.min(Date.now(), Date.parse(schedule.next_digest_scheduled)))],
    ),
  );
  // nobody wants to wait until seven in Kathmandu: the host's own SQL may say when it is due
  await withHost(databaseUrl, (client) =>
    client.query(
      "UPDATE punctual.digest_schedules SET next_digest_scheduled = now() + interval '2 seconds' WHERE id::text = $1",
      [schedule.id],
    ),
  );
  const preview = await call<PreviewView>(`/${schedule.id}/preview`, { method: 'POST' });
  const arrived = () => mailbox.mails.find(({ subject }) => subject === preview.mail?.subject);
  for (const until = performance.now() + LIMIT_MS; ; await sleep(200, undefined, { signal })) {
    const mail = arrived();
    if (mail !== undefined || performance.now() > until) return { schedule, preview, text: mail?.text ?? null };
  }
}

/** What is wrong; empty if nothing is. */
export const problemsOfDigest = ({ preview, text }: SentDigest): string[] => [
  ...(UPDATES.every((title) => preview.mail?.text.includes(title)) ? [] : ['the preview of the digest lacks updates']),
  ...(UPDATES.every((title) => text?.includes(title)) ? [] : ['the mail of the digest did not come, or lacks updates']),
];

export function showDigest({ schedule, preview, text }: SentDigest, problems: readonly string[]): void {
  table([['sent', text === null ? '0' : green('1'), dim(schedule.description)]]);
  const lines = (text ?? '').trimEnd().split('\n');
  for (const line of [`Subject: ${preview.mail?.subject ?? ''}`, '', ...lines]) print(dim(`  │ ${line}`));
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}
