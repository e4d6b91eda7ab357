// Work on demand: the application enqueues look-ups, the server works on them with the key of the workspace they are for.
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler, type NewJob } from '../../../src/index.js';
import { enrichment } from '../../../src/modules/enrichment/index.js';
import type { AdminApi, JobView } from '../admin-api.js';
import type { Stage } from '../stage.js';

const WORKSPACE = 'acme';
/** This one never gave us a key. */
const WITHOUT_KEY = 'initech';
const GROUP = 'demo';

type Fate = 'found' | 'unknown' | 'failed' | 'dead';

interface LookUp {
  readonly type: 'enrich_account' | 'enrich_contact';
  readonly payload: Readonly<Record<string, string>>;
  readonly workspace_id: string;
  /** What should come of it. */
  readonly fate: Fate;
}

const company = (domain: string, fate: Fate, workspace_id = WORKSPACE): LookUp => ({
  type: 'enrich_account',
  payload: { domain },
  workspace_id,
  fate,
});
const person = (email: string): LookUp => ({
  type: 'enrich_contact',
  payload: { email },
  workspace_id: WORKSPACE,
  fate: 'found',
});

const LOOK_UPS: readonly LookUp[] = [
  company('ferries.example', 'found'),
  company('bakery.example', 'found'),
  company('observatory.example', 'found'),
  company('bicycles.example', 'found'),
  person('haruka@tea.example'),
  person('kari@ferries.example'),
  company('nobody.example', 'unknown'),
  company('busy.example', 'failed'),
  company('bakery.example', 'dead', WITHOUT_KEY),
];

/**
 * As a host does it. There is no route for this: what is to be done is for the application to say, in its own process and,
 * if it likes, in its own transaction. This scheduler enqueues and works on nothing; the server hears of the jobs and does.
 */
async function enqueueAll(databaseUrl: string): Promise<void> {
  const host = createScheduler({
    databaseUrl,
    poolMax: 2,
    migrate: false,
    enabled: false,
    subscriptions: false,
    modules: [enrichment()],
    queue: { worker: false },
  });
  await host.start();
  try {
    const types = host.queue.types();
    const jobs = LOOK_UPS.flatMap(({ type, payload, workspace_id: workspaceId }): NewJob[] =>
      types
        .filter((one) => one.type === type)
        .map((job) => ({ job, payload, options: { groupId: GROUP, workspaceId } })),
    );
    await host.enqueueMany(jobs);
  } finally {
    await host.stop();
  }
}

const LOOK_MS = 100;
const PATIENCE_MS = 30_000;

const isOpen = ({ status }: JobView): boolean => status === 'pending' || status === 'processing';

/** Waits until each has been tried: what failed waits for its retry longer than anybody wants to look on. */
async function watch(admin: AdminApi, signal: AbortSignal): Promise<readonly JobView[]> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(LOOK_MS, undefined, { signal })) {
    const { items } = await admin.get<{ items: JobView[] }>(`/jobs?group_id=${GROUP}&limit=200`);
    if ((items.length >= LOOK_UPS.length && !items.some(isOpen)) || performance.now() > until) return items;
  }
}

/** Stores the workspace's key, enqueues the look-ups, and answers what became of them. */
export async function lookUpAll(stage: Stage, signal: AbortSignal): Promise<readonly JobView[]> {
  const { admin, databaseUrl, providerKey } = stage;
  await admin.send('PUT', `/workspaces/${WORKSPACE}/keys/apollo`, { api_key: providerKey });
  await enqueueAll(databaseUrl);
  return watch(admin, signal);
}

function fateOf({ status, result }: JobView): string {
  if (status !== 'completed') return status;
  return result?.found === true ? 'found' : 'unknown';
}

const keyOf = ({ type, payload, workspace_id }: Pick<JobView, 'type' | 'payload' | 'workspace_id'>): string =>
  `${type} ${payload['domain'] ?? payload['email']} for ${workspace_id}`;

/** What is wrong; empty if nothing is. A job that waits for its retry, and one that died because of its key, count as correct. */
export function problemsOfLookUps(jobs: readonly JobView[], expected: readonly LookUp[] = LOOK_UPS): string[] {
  const fates = new Map(jobs.map((job) => [keyOf(job), fateOf(job)]));
  return expected.flatMap((lookUp) => {
    const fate = fates.get(keyOf(lookUp)) ?? 'missing';
    return fate === lookUp.fate ? [] : [`the job ${keyOf(lookUp)} is ${fate}, not ${lookUp.fate}`];
  });
}
