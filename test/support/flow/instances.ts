// Instances of the server for the fault tests: real processes on one database, asked over HTTP, all gone when the test is over.
import { startServerProcess, type ProcessOptions, type ServerProcess } from '../processes.js';

export const FLOW_TOKEN = 'flow-token-0123456789';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Instance extends ServerProcess {
  /** Of its present life, as its log says. */
  id(): string;
  /** Ids of all its lives, the first one first. */
  lives(): string[];
  /** A request to `/admin…` with the token. */
  admin(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** What `/health/ready` answers. */
  readiness(): Promise<number>;
  /** The sum of a counter over its labels that match; 0 when it is not there. */
  metric(name: string, labels?: string): Promise<number>;
}

export interface InstanceSetup {
  readonly databaseUrl: string;
  readonly receiverUrl: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly process?: Partial<ProcessOptions>;
}

/** A busy machine may take long to load a program; how long says nothing about what it does then. */
const START_MS = 120_000;

const AUTHORIZED = { Authorization: `Bearer ${FLOW_TOKEN}` };

/** Starts one and waits until it is ready. It ticks every second; everything else is as a user has it, unless `env` says otherwise. */
export async function startInstance({ databaseUrl, receiverUrl, env, process = {} }: InstanceSetup): Promise<Instance> {
  const server = await startServerProcess(
    {
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      SUBSCRIPTION_WORKER_URL: receiverUrl,
      ADMIN_TOKEN: FLOW_TOKEN,
      SCHEDULER_TICK: '* * * * * *',
      ...env,
    },
    { timeoutMs: START_MS, ...process },
  );
  const lives = (): string[] =>
    server
      .logs()
      .filter(({ message }) => message === 'instance joined')
      .map(({ instance_id }) => instance_id as string);
  return Object.assign(server, {
    id: () => lives().at(-1) ?? '',
    lives,
    admin: async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`${server.url}/admin${path}`, {
        method,
        headers: { ...AUTHORIZED, 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, body: await readJson(response) };
    },
    readiness: async () => (await fetch(`${server.url}/health/ready`)).status,
    metric: async (name: string, labels = '') => {
      const text = await (await fetch(`${server.url}/admin/metrics`, { headers: AUTHORIZED })).text();
      return text
        .split('\n')
        .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
  });
}

const readJson = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json().catch(() => ({}))) as Record<string, unknown>;

/** Ends an instance whatever state it is in: one that was stopped by a signal goes on first. */
export async function endInstance(instance: Instance): Promise<void> {
  instance.signal('SIGCONT');
  await instance.stop('SIGKILL');
}
