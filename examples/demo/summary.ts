// What happened, what comes next, and where to look.
import type { AdminApi, JobView, RunView, SubscriptionView } from './admin-api.js';
import type { LoadedSubscriber } from './load.js';
import { bold, cyan, dim, green, number, print, red, seconds, table } from './print.js';

export function showRun(run: RunView, problems: readonly string[]): void {
  const { processed = 0, successful = 0, failed = 0, skipped = 0 } = run.counts;
  const ms = run.duration_ms ?? 0;
  print();
  table([
    [
      'processed',
      bold(number(processed)),
      dim(`in ${seconds(ms)}, ${number(Math.round((processed / Math.max(1, ms)) * 1000))} a second`),
    ],
    ['successful', green(number(successful))],
    [
      'failed',
      failed > 0 ? red(number(failed)) : '0',
      dim(failed > 0 ? `tried again within two minutes (${groups(run)})` : ''),
    ],
    ['skipped', number(skipped)],
  ]);
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}

const groups = ({ error_groups }: RunView): string =>
  Object.entries(error_groups)
    .map(([code, count]) => `${count} × ${code}`)
    .join(', ');

/** Names are not unique: Los Angeles is a city in Chile too. */
const SHOWN: readonly (readonly [city: string, timezone: string])[] = [
  ['Auckland', 'Pacific/Auckland'],
  ['Tokyo', 'Asia/Tokyo'],
  ['Kathmandu', 'Asia/Kathmandu'],
  ['Mumbai', 'Asia/Kolkata'],
  ['Nairobi', 'Africa/Nairobi'],
  ['Berlin', 'Europe/Berlin'],
  ['Sao Paulo', 'America/Sao_Paulo'],
  ['New York', 'America/New_York'],
  ['Los Angeles', 'America/Los_Angeles'],
];

interface Preview {
  readonly description: string;
}

function chosen(loaded: readonly LoadedSubscriber[]): LoadedSubscriber[] {
  return SHOWN.flatMap(([city, timezone]) => {
    const found = loaded.find((one) => one.city === city && one.timezone === timezone && one.active && !one.paused);
    return found ?? [];
  });
}

function localTime(at: string, timeZone: string): string {
  const form = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return form.format(new Date(at));
}

/** A few next occurrences as the server computed them, in their own local time. */
export async function showNext(admin: AdminApi, loaded: readonly LoadedSubscriber[]): Promise<void> {
  const rows = await Promise.all(
    chosen(loaded).map(async ({ id, city, timezone }) => {
      const { schedule, next_run_at: next } = await admin.get<SubscriptionView>(`/subscriptions/${id}`);
      const { description } = await admin.send<Preview>('POST', '/schedules/preview', { schedule, count: 1 });
      return [
        city,
        next ? localTime(next, timezone) : 'never',
        dim(next ? `${next.slice(0, 16)}Z` : ''),
        dim(description),
      ];
    }),
  );
  print(`\n${bold('Next, in local time')}`);
  table(rows);
}

/** Look-ups by what came of them; one reason stands for all of a kind. */
export function showLookUps(jobs: readonly JobView[], problems: readonly string[]): void {
  const found = jobs.filter(({ result }) => result?.found === true);
  const unknown = jobs.filter(({ result }) => result?.found === false);
  const waiting = jobs.filter(({ status }) => status === 'failed');
  const dead = jobs.filter(({ status }) => status === 'dead');
  const why = ([job]: readonly JobView[]): string => (job?.error ? `${job.error.message} (${job.error.code})` : '');
  print(`\n${bold('Jobs on demand')}  ${dim(`${jobs.length} look-ups, enqueued by the application`)}`);
  table([
    ['found', green(number(found.length)), dim('merged into accounts and contacts')],
    ['unknown', number(unknown.length), dim('completed without a find')],
    ['failed', red(number(waiting.length)), dim(`${why(waiting)}: tried again when the provider allows it`)],
    ['dead', red(number(dead.length)), dim(why(dead))],
  ]);
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}

export interface Directions {
  readonly admin: AdminApi;
  readonly example: LoadedSubscriber;
  readonly run: RunView;
  readonly lookUps: readonly JobView[];
  readonly providerKey: string;
  readonly workerUrl: string;
  readonly logs: string;
  readonly charges: readonly [what: string, line: string][];
}

const curl = ({ url, token }: AdminApi, path: string, more = ''): string =>
  `curl -s -H 'Authorization: Bearer ${token}' ${more}${more && ' '}'${url}/admin${path}'`;
const withBody = (method: string, body: string): string =>
  `-X ${method} -H 'Content-Type: application/json' -d '${body}'`;
const post = (body: string): string => withBody('POST', body);

/** The job that died: why, and what puts it right. */
function revival({ admin, lookUps, providerKey }: Directions): [string, string][] {
  const dead = lookUps.find(({ status }) => status === 'dead');
  if (!dead) return [];
  const key = `/workspaces/${dead.workspace_id}/keys/apollo`;
  return [
    ['the job that died, and why', curl(admin, '/jobs?status=dead')],
    ['give its workspace a key …', curl(admin, key, withBody('PUT', JSON.stringify({ api_key: providerKey })))],
    ['… and try it again', curl(admin, `/jobs/${dead.id}/retry`, '-X POST')],
  ];
}

/** The link is for the browser that opens it first. */
export function showDashboard(link: string, token: string): void {
  print(`\n${bold('The dashboard')}  ${cyan(link)}`);
  print(dim(`  the link works once, for ten minutes; after that log in with the token ${token}`));
}

export function showDirections(directions: Directions): void {
  const { admin, example, run, workerUrl, logs } = directions;
  const lines: [string, string][] = [
    ['the state at a glance', curl(admin, '/status')],
    ['this run, its errors by kind', curl(admin, `/runs/${run.id}`)],
    [
      `who is next in ${example.timezone}`,
      curl(admin, `/subscriptions?timezone=${encodeURIComponent(example.timezone)}&sort=next_run_at&limit=3`),
    ],
    [`what ${example.city} has had so far`, curl(admin, `/subscriptions/${example.id}/runs`)],
    [`run ${example.city} again, now`, curl(admin, `/subscriptions/${example.id}/process`, '-X POST')],
    [
      'the night that has no 02:30',
      curl(
        admin,
        '/schedules/preview',
        post('{"schedule":{"time":"02:30","timezone":"America/New_York"},"after":"2027-03-12T00:00:00Z","count":3}'),
      ),
    ],
    ['how much is coming', curl(admin, '/forecast?hours=6&bucket=1h')],
    ['run what is due', curl(admin, '/process-subscriptions', '-X POST')],
    ...revival(directions),
    ...directions.charges,
    ['what the worker has seen', `curl -s '${workerUrl}/stats'`],
    ['every route', `curl -s '${admin.url}/openapi.json'`],
  ];
  print(`\n${bold('Where to look')}`);
  for (const [what, line] of lines) print(`  ${dim(`# ${what}`)}\n  ${cyan(line)}`);
  print(`  ${dim(`# logs of the server and of what it calls: ${logs}`)}`);
}
