// A tiny load balancer's client: round robin over what says it is ready, on connections that are kept. It tries another member only when
// no connection was made: a request that may have been received is never sent twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { FLOW_TOKEN } from './instances.js';

export interface BalancerFailure {
  readonly path: string;
  readonly status: number | null;
  readonly error: string;
}

export interface Balancer {
  add(url: string): void;
  remove(url: string): void;
  /** Sends requests until `stop`, in the given number of concurrent loops. */
  load(requests: readonly BalancedRequest[], loops: number): void;
  /** May be called twice. */
  stop(): Promise<void>;
  readonly answered: number;
  readonly failures: readonly BalancerFailure[];
}

export interface BalancedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

const LOOK_EVERY_MS = 100;
const PAUSE_MS = 20;
const headers = { authorization: `Bearer ${FLOW_TOKEN}`, 'content-type': 'application/json' };

/** Refused, or reset while it waited to be accepted by a listener that has closed: nothing of the request was sent. */
const isUnconnected = (error: unknown): boolean => (error as { syscall?: string }).syscall === 'connect';
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);

export function createBalancer(): Balancer {
  const agent = new Agent({ connections: 4, keepAliveTimeout: 60_000 });
  const members = new Map<string, boolean>();
  const failures: BalancerFailure[] = [];
  const running: Promise<void>[] = [];
  let answered = 0;
  let turn = 0;
  let stopped = false;
  let stopping: Promise<void> | undefined;

  const send = async (url: string, { method, path, body }: BalancedRequest): Promise<number> => {
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await request(`${url}${path}`, { method, headers, body: text, dispatcher: agent });
    await response.body.dump();
    return response.statusCode;
  };

  const look = async (url: string): Promise<void> => {
    const status = await send(url, { method: 'GET', path: '/health/ready' }).catch(() => 0);
    if (members.has(url)) members.set(url, status === 200);
  };

  const lookForEver = async (): Promise<void> => {
    for (; !stopped; await sleep(LOOK_EVERY_MS)) await Promise.all([...members.keys()].map(look));
  };

  const nextReady = (): string | undefined => {
    const ready = [...members].filter(([, isReady]) => isReady).map(([url]) => url);
    return ready[turn++ % ready.length];
  };

  async function sendToOne(what: BalancedRequest): Promise<void> {
    const url = nextReady();
    if (url === undefined) return void failures.push({ path: what.path, status: null, error: 'nobody is ready' });
    try {
      const status = await send(url, what);
      if (status < 500) answered += 1;
      else failures.push({ path: what.path, status, error: `${url} answered` });
    } catch (error) {
      if (!isUnconnected(error)) {
        return void failures.push({ path: what.path, status: null, error: `${url} ${codeOf(error)}` });
      }
      members.set(url, false);
      await sendToOne(what);
    }
  }

  async function stop(): Promise<void> {
    stopped = true;
    await Promise.all(running);
    await agent.close();
  }

  return {
    add: (url) => void members.set(url, true),
    remove: (url) => void members.delete(url),
    load: (requests, loops) => {
      running.push(lookForEver());
      const loop = async (first: number): Promise<void> => {
        for (let n = first; !stopped; n += 1, await sleep(PAUSE_MS)) await sendToOne(requests[n % requests.length]!);
      };
      for (let n = 0; n < loops; n += 1) running.push(loop(n));
    },
    stop: () => (stopping ??= stop()),
    get answered() {
      return answered;
    },
    failures,
  };
}
