// What `punctual pause` and `punctual resume` do: a process, a queue, subscriptions.
import { snakeKeys } from '../../../base/snake-case.js';
import type { ProcessAnswer, SubscriptionAnswer } from '../../api/answers.js';
import { failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { shortTime, timeAndDistance } from '../../output/words.js';
import { stateOf } from '../look/subscriptions.js';
import { bulk } from './bulk.js';

interface Until extends CommonOptions {
  readonly until?: string;
}

/** Without a time a process is switched off until it is resumed. */
export const pauseProcess = (io: Io, name: string, { until }: Until): Promise<void> =>
  patchProcess(io, name, until === undefined ? { enabled: false } : { paused_until: until });

export const resumeProcess = (io: Io, name: string, _options: CommonOptions): Promise<void> =>
  patchProcess(io, name, { enabled: true, paused_until: null });

async function patchProcess(io: Io, name: string, body: object): Promise<void> {
  const process = await io.api().patch<ProcessAnswer>(`/processes/${encodeURIComponent(name)}`, body);
  io.show(process, () => [processInWords(process, io.clock.now())]);
}

function processInWords({ name, enabled, paused_until: until, next_run_at: next }: ProcessAnswer, now: Date): string {
  if (!enabled) return `${name} is off until: punctual resume process ${name}`;
  if (until !== null) return `${name} is paused until ${shortTime(until)}`;
  return `${name} is on, next run: ${timeAndDistance(next, now)}`;
}

export const pauseQueue = (io: Io, name: string, _options: CommonOptions): Promise<void> => patchQueue(io, name, true);
export const resumeQueue = (io: Io, name: string, _options: CommonOptions): Promise<void> =>
  patchQueue(io, name, false);

async function patchQueue(io: Io, name: string, paused: boolean): Promise<void> {
  const queue = await io.api().patch<{ readonly name: string }>(`/queues/${encodeURIComponent(name)}`, { paused });
  io.show(queue, () => [`queue ${queue.name} is ${paused ? 'paused' : 'on'}`]);
}

interface SubscriptionOptions extends Until {
  readonly dryRun?: boolean;
}

export const pauseSubscriptions = (io: Io, ids: readonly string[], options: SubscriptionOptions): Promise<void> =>
  change(io, ids, options, 'pause');

export const resumeSubscriptions = (io: Io, ids: readonly string[], options: SubscriptionOptions): Promise<void> =>
  change(io, ids, options, 'resume');

async function change(io: Io, ids: readonly string[], options: SubscriptionOptions, verb: 'pause' | 'resume') {
  const { json: _json, url: _url, until, ...rest } = options;
  const filter = snakeKeys(rest);
  if (ids.length === 0 && Object.keys(filter).every((name) => name === 'dry_run')) {
    throw failure('WRONG_USAGE', 'give the ids of subscriptions, or at least one filter');
  }
  if (ids.length === 1 && Object.keys(filter).length === 0) return changeOne(io, ids[0]!, until, verb);
  const body = {
    ...filter,
    ...(ids.length > 0 ? { subscription_ids: ids } : {}),
    ...(until === undefined ? {} : { paused_until: until }),
  };
  return bulk(io, `/subscriptions/${verb}`, body, 'subscription', `${verb}d`);
}

async function changeOne(io: Io, id: string, until: string | undefined, verb: 'pause' | 'resume'): Promise<void> {
  const body = until === undefined ? { paused: verb === 'pause' } : { paused_until: until };
  const changed = await io.api().patch<SubscriptionAnswer>(`/subscriptions/${encodeURIComponent(id)}`, body);
  const now = io.clock.now();
  io.show(changed, () => [
    `subscription ${changed.id} is ${stateOf(changed, now)}, next run: ${timeAndDistance(changed.next_run_at, now)}`,
  ]);
}
