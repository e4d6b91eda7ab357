// What the server tells by itself: its state and runs as they happen. Comes back after a lost connection, and rests in the background.
import { signal } from '@preact/signals';
import { BASE } from '../base.js';
import { get, type Schemas } from '../api/client.js';
import { asProblem } from '../api/problem.js';
import { readClock } from '../time/clock.js';
import { hear, NOTHING_HEARD, type Heard, type Throughput } from './throughput.js';

export type Status = Schemas['Status'];
export type Run = Schemas['Run'];

/** `lost`: neither events nor requests come through. */
export const connection = signal<'connecting' | 'live' | 'lost' | 'resting'>('connecting');
export const status = signal<Status | null>(null);
/** Grows whenever jobs have ended on any instance. */
export const jobsEnded = signal(0);
/** What ended within the last minute of listening. */
export const throughput = signal<Throughput>(NOTHING_HEARD);
/** Runs that were heard of since the page was opened, by id; the newest state of each. */
export const runs = signal<ReadonlyMap<string, Run>>(new Map());

/** By module: how often the server has told that something of it changed. */
export const moduleChanges = signal<Readonly<Record<string, number>>>({});

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Between tries of a stream that never came: a proxy may hold it back, and the state is asked for anyway. */
const NEVER_CAME_WAIT_MS = 300_000;
const REST_AFTER_MS = 30_000;
const POLL_MS = 5_000;
const MOST_RUNS = 50;
const SHORT_BREAK_MS = 10_000;

let source: EventSource | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let rest: ReturnType<typeof setTimeout> | undefined;
let poll: ReturnType<typeof setInterval> | undefined;
let wait = FIRST_WAIT_MS;
let hasCome = false;
/** When the stream broke off, epoch ms; null while it is there. */
let lostAt: number | null = null;

/** The state in full, asked for. */
export async function refreshStatus(): Promise<void> {
  try {
    status.value = await get('/status', {});
    if (connection.value === 'lost') connection.value = source?.readyState === EventSource.OPEN ? 'live' : 'connecting';
  } catch (error) {
    if (asProblem(error).status === 0) connection.value = 'lost';
  }
}

function hearRun(event: MessageEvent<string>): void {
  const run = JSON.parse(event.data) as Run;
  const next = new Map(runs.value);
  next.delete(run.id);
  next.set(run.id, run);
  const oldest = next.keys().next().value;
  if (next.size > MOST_RUNS && oldest !== undefined) next.delete(oldest);
  runs.value = next;
}

function hearChanges(event: MessageEvent<string>): void {
  const { modules } = JSON.parse(event.data) as { readonly modules: readonly string[] };
  const before = moduleChanges.value;
  moduleChanges.value = { ...before, ...Object.fromEntries(modules.map((name) => [name, (before[name] ?? 0) + 1])) };
}

function hearJobs(event: MessageEvent<string>): void {
  const { types } = JSON.parse(event.data) as Pick<Heard, 'types'>;
  throughput.value = hear(throughput.value, { at: readClock(), types });
  jobsEnded.value += 1;
}

/** After a short break, as when the stream ends by itself, what was heard still counts. */
function beginListening(at: number): void {
  const isNew = lostAt !== null && at - lostAt > SHORT_BREAK_MS;
  lostAt = null;
  const { since, heard } = isNew ? NOTHING_HEARD : throughput.value;
  throughput.value = { since: since ?? at, heard };
}

function open(): void {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(`${BASE}/events`);
  source.addEventListener('open', () => {
    wait = FIRST_WAIT_MS;
    hasCome = true;
    connection.value = 'live';
    beginListening(readClock());
  });
  source.addEventListener('status', () => void refreshStatus());
  source.addEventListener('run', hearRun);
  source.addEventListener('jobs', hearJobs);
  source.addEventListener('changed', hearChanges);
  source.addEventListener('error', () => {
    source?.close();
    if (connection.value === 'live') connection.value = 'connecting';
    lostAt ??= readClock();
    void refreshStatus();
    retry = setTimeout(open, wait + Math.random() * wait);
    wait = Math.min(wait * 2, hasCome ? LONGEST_WAIT_MS : NEVER_CAME_WAIT_MS);
  });
}

function close(): void {
  clearTimeout(retry);
  clearInterval(poll);
  source?.close();
  source = null;
  throughput.value = NOTHING_HEARD;
}

function resume(): void {
  if (source !== null) return;
  wait = FIRST_WAIT_MS;
  connection.value = 'connecting';
  poll = setInterval(() => !document.hidden && void refreshStatus(), POLL_MS);
  void refreshStatus();
  open();
}

function onVisibility(): void {
  clearTimeout(rest);
  if (!document.hidden) return resume();
  rest = setTimeout(() => {
    close();
    connection.value = 'resting';
  }, REST_AFTER_MS);
}

/** From the login on; returns what ends it. */
export function startLive(): () => void {
  resume();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(rest);
    close();
    [status.value, runs.value] = [null, new Map()];
  };
}
