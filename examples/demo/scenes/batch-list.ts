// A batch list as a user of the application makes one: 50,000 members from a members API, watched over server-sent events.
import { countKinds } from '../../members-provider/audience.js';
import { bold, createBar, dim, green, number, print, red, seconds, table } from '../print.js';
import type { Stage } from '../stage.js';

const WORKSPACE = 'acme';
export const AUDIENCE = { size: 50_000, duplicateEvery: 25, invalidEvery: 200 } as const;

interface Progress {
  readonly fetched: number;
  readonly total: number | null;
  readonly inserted: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly rate_per_s: number | null;
  readonly eta_s: number | null;
}

interface ListView {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly progress: Progress;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

interface RejectView {
  readonly external_id: string;
  readonly value: string | null;
  readonly reason: string;
}

export interface ImportedList {
  readonly list: ListView;
  readonly rejects: readonly RejectView[];
}

/** The list in each event, until the stream ends. */
async function* listEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ListView> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice(6)) as ListView;
    }
  }
}

/** Stores the workspace's key, makes the list, and shows how it fills. */
export async function importList(stage: Stage, signal: AbortSignal): Promise<ImportedList> {
  const { admin, members, user } = stage;
  await admin.send('PUT', `/workspaces/${WORKSPACE}/keys/members`, { api_key: members.key });
  const headers = { authorization: `Bearer ${await user('ada', WORKSPACE)}`, 'content-type': 'application/json' };
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${admin.url}/api/batch-lists${path}`, { ...init, headers, signal });
  const made = await call('', { method: 'POST', body: JSON.stringify({ name: 'Everyone', audience: 'everyone' }) });
  if (!made.ok) throw new Error(`POST /api/batch-lists returned ${made.status}: ${await made.text()}`);
  const { id } = (await made.json()) as { id: string };
  print(
    `\n${bold('A batch list')}  ${dim(`POST /api/batch-lists: ${number(AUDIENCE.size)} members of ${members.url}`)}`,
  );
  const bar = createBar();
  const { body } = await call(`/${id}/events`);
  for await (const { progress } of listEvents(body as unknown as AsyncIterable<Uint8Array>)) {
    const { fetched, total, rate_per_s: rate, eta_s: left } = progress;
    bar.show(
      fetched,
      total ?? AUDIENCE.size,
      rate === null ? '' : `${number(Math.round(rate))}/s, ${left ?? 0} s left`,
    );
  }
  bar.end();
  const list = (await (await call(`/${id}`)).json()) as ListView;
  const { items } = (await (await call(`/${id}/rejects?limit=200`)).json()) as { items: RejectView[] };
  return { list, rejects: items };
}

/** What is wrong; empty if nothing is. */
export function problemsOfList({ list: { status, error, progress } }: ImportedList): string[] {
  const { members, duplicates, invalid } = countKinds(AUDIENCE);
  if (status !== 'completed') return [`the batch list is ${status}: ${error ?? 'no reason is given'}`];
  const isExact = progress.inserted === members && progress.duplicates === duplicates && progress.invalid === invalid;
  return isExact
    ? []
    : [`the batch list has ${JSON.stringify(progress)}, not ${members}, ${duplicates} and ${invalid}`];
}

export function showList({ list, rejects }: ImportedList, problems: readonly string[]): void {
  const { inserted, duplicates, invalid } = list.progress;
  const ms = Date.parse(list.completed_at ?? '') - Date.parse(list.started_at ?? '');
  const examples = rejects.filter(({ value }) => value !== null).slice(0, 3);
  const why = examples.map(({ value, reason }) => `"${value}": ${reason}`).join(', ');
  table([
    ['members', green(number(inserted)), dim(Number.isNaN(ms) ? '' : `in ${seconds(ms)}`)],
    ['duplicates', number(duplicates), dim('the same address in another case, or with spaces')],
    ['invalid', red(number(invalid)), dim(`${why} … (GET /api/batch-lists/${list.id}/rejects)`)],
  ]);
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}
