// What `punctual run` and `punctual process-subscriptions` do: start a run, and follow it.
import { snakeKeys } from '../../../base/snake-case.js';
import type { PageAnswer, ProcessAnswer } from '../../api/answers.js';
import { EXIT, failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { follow } from './follow.js';

/** The response to a trigger: the finished run, or where to find the one that continues. */
interface Triggered {
  readonly success: boolean;
  readonly message: string;
  readonly run_id?: string;
  readonly result?: { readonly run_id: string; readonly due?: number };
}

const SUBSCRIPTIONS = 'subscriptions';

interface RunOptions extends CommonOptions {
  readonly input?: unknown;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** Only processes with a dry run: any other would do the work. */
export async function run(io: Io, name: string, { input, dryRun, wait }: RunOptions): Promise<number> {
  if (input !== undefined && (typeof input !== 'object' || input === null || Array.isArray(input))) {
    throw failure('WRONG_USAGE', '--input must be a JSON object');
  }
  if (dryRun) await mustHaveDryRun(io, name);
  const given = { ...input, ...(dryRun ? { dry_run: true } : {}) };
  const body = Object.keys(given).length === 0 ? {} : { input: given };
  return trigger(io, `/processes/${encodeURIComponent(name)}/run`, body, { wait: wait ?? false, dryRun });
}

async function mustHaveDryRun(io: Io, name: string): Promise<void> {
  if (name === SUBSCRIPTIONS) return;
  const { items } = await io.api().get<PageAnswer<ProcessAnswer & { readonly dry_run?: boolean }>>('/processes');
  const process = items.find((one) => one.name === name);
  if (process === undefined) throw failure('WRONG_USAGE', `there is no process ${name}: punctual processes lists them`);
  if (process.dry_run !== true) throw failure('WRONG_USAGE', `${name} has no dry run and would do its work`);
}

interface ProcessOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly wait: boolean;
  readonly limit?: number;
}

export function processSubscriptions(io: Io, ids: readonly string[], options: ProcessOptions): Promise<number> {
  const { json: _json, url: _url, wait, ...filters } = options;
  const body = { ...(ids.length > 0 ? { subscription_ids: ids } : {}), ...snakeKeys(filters) };
  return trigger(io, '/process-subscriptions', body, { wait, dryRun: options.dryRun });
}

interface Patience {
  readonly wait: boolean;
  readonly dryRun?: boolean | undefined;
}

/** A dry run is short, so its response is awaited. Everything else is started and then followed, or left alone. */
export async function trigger(io: Io, path: string, body: object, { wait, dryRun }: Patience): Promise<number> {
  const headers: Record<string, string> = dryRun ? {} : { Prefer: 'respond-async' };
  const reply = await io.api().post<Triggered>(path, body, headers);
  const id = reply.run_id ?? reply.result?.run_id ?? '';
  if (wait && !dryRun) return follow(io, id);
  io.show(reply, () =>
    reply.result === undefined ? [`run ${id} has started; to see it: punctual runs ${id} --follow`] : [reply.message],
  );
  return reply.success ? EXIT.ok : EXIT.failed;
}
