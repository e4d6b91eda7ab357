// Receives status and run updates from the server. It reconnects after a lost connection and pauses in the background.
import { signal } from '@preact/signals';
import { BASE } from '../base.js';
import { get, type Schemas } from '../api/client.js';
import { asProblem } from '../api/problem.js';

export type Status = Schemas['Status'];
export type Run = Schemas['Run'];

/** `lost`: neither events nor requests get through. */
export const connection = signal<'connecting' | 'live' | 'lost' | 'resting'>('connecting');
export const status = signal<Status | null>(null);
/** Incremented whenever jobs have ended on any instance. */
export const jobsEnded = signal(0);
/** The latest state of each run reported since the page was opened, by ID. */
export const runs = signal<ReadonlyMap<string, Run>>(new Map());

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Delay between attempts to open the stream. A proxy may block it; the status is polled in any case. */
const NEVER_CAME_WAIT_MS = 300_000;
const REST_AFTER_MS = 30_000;
const POLL_MS = 5_000;
const MOST_RUNS = 50;

let source: EventSource | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let rest: ReturnType<typeof setTimeout> | undefined;
let poll: ReturnType<typeof setInterval> | undefined;
let wait = FIRST_WAIT_MS;
let hasCome = false;

/** Requests the full status. */
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

function open(): void {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(`${BASE}/events`);
  source.addEventListener('open', () => {
    wait = FIRST_WAIT_MS;
    hasCome = true;
    connection.value = 'live';
  });
  source.addEventListener('status', () => void refreshStatus());
  source.addEventListener('run', hearRun);
  source.addEventListener('jobs', () => void (jobsEnded.value += 1));
  source.addEventListener('error', () => {
    source?.close();
    if (connection.value === 'live') connection.value = 'connecting';
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

/** Starts after the login; returns a function that stops it. */
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
