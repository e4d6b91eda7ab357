// Composes notifications: the service, the templates, the transports, and the delivery jobs.
import { systemRandom } from '../../base/random.js';
import { SchedulerError } from '../../base/errors.js';
import { domainOf, parseAddress } from '../../clients/mail/address.js';
import type { Transport } from '../../clients/mail/transport.js';
import type { DeliveryMethod } from '../../clients/notifier.js';
import type { AnyJob, JobEndListener, ModuleHost } from '../../scheduler/public.js';
import { loadNotifications } from './db/load-notifications.js';
import { endWithJobs, writeAttempts, type AttemptRow } from './db/write-attempts.js';
import { batched } from './deliver/batched.js';
import { deliveryJob } from './deliver/delivery-jobs.js';
import type { DecideSending } from './deliver/sending-decision.js';
import { createTransportChain, type TransportChain, type TransportState } from './deliver/transports.js';
import { DEFAULTS, type NotificationsOptions } from './options.js';
import { createDeliveryMeter, type DeliveryMeter } from './status/delivery-meter.js';
import type { CheckDeps } from './send/check-notification.js';
import { createNotifier, type NotifierParts } from './send/create-notifier.js';
import { createTemplateRegistry, type TemplateRegistry } from './templates/registry.js';
import { createPreview, type Preview } from './templates/preview.js';
import { createRenderer } from './templates/render.js';

export interface Notifications {
  /** The service `notifications`. */
  readonly notifier: NotifierParts;
  readonly templates: TemplateRegistry;
  readonly preview: Preview;
  /** The checker of notifications before they are stored. */
  readonly check: CheckDeps;
  /** Called for every attempt of this process. */
  readonly meter: DeliveryMeter;
  readonly jobs: readonly AnyJob[];
  readonly jobEnds: JobEndListener;
  /** Every transport, in order, with its state on this instance. */
  transports(): readonly TransportState[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

const METHODS: readonly DeliveryMethod[] = ['email', 'sms', 'whatsapp'];
/** Notifications that are claimed together are loaded together. */
const LOAD_AFTER_MS = 8;
/** Mails end one at a time. Each commit waits for the disk, and so do the ends of the jobs after it. */
const WRITE_AFTER_MS = 12;
/** Seconds before each of the three attempts. */
const RETRY_TABLE_S = [0, 60, 120];

/** Throws INVALID_CONFIG. */
export function createNotifications(
  host: ModuleHost,
  options: NotificationsOptions,
  decide: DecideSending,
): Notifications {
  const { concurrency = DEFAULTS.concurrency, ratePerS = DEFAULTS.ratePerS, retryTableS = RETRY_TABLE_S } = options;
  const from = parseAddress(options.from, 'from');
  const domain = domainOf(from);
  const chains = chainsOf(host, options);
  const templates = createTemplateRegistry(options.templates);
  const render = createRenderer(templates, options.productName ?? from.name ?? domain);
  const preview = createPreview(templates, render);
  const check: CheckDeps = { templates, domain, newId: host.newId, methods: chains.map(({ method }) => method) };
  const notifier = createNotifier(host, check, preview);
  const meter = createDeliveryMeter();
  const load = batched(LOAD_AFTER_MS, async (ids: readonly string[]) => {
    const found = await loadNotifications(host.db, ids);
    return ids.map((id) => found.get(id));
  });
  const write = batched(WRITE_AFTER_MS, async (attempts: readonly AttemptRow[]) => {
    await writeAttempts(host.db, attempts);
    meter.record(attempts);
    return attempts;
  });
  const deliver = {
    ...{
      clock: host.clock,
      secrets: host.secrets,
      load,
      write,
      decide,
      templates,
      render,
      stepOf: notifier.stepOf,
      from,
      domain,
    },
    replyTo: options.replyTo === undefined ? null : parseAddress(options.replyTo, 'replyTo'),
    publicUrl: options.publicUrl?.replace(/\/+$/, '') ?? null,
  };

  return {
    ...{ notifier, templates, preview, check, meter },
    jobs: chains.map((chain) => deliveryJob(deliver, chain, { concurrency, ratePerS, retryTableS })),
    jobEnds: endListener(),
    transports: () => chains.flatMap((chain) => chain.states()),
    async start() {
      for (const chain of chains) await chain.open(concurrency);
      if (deliver.publicUrl === null || !host.secrets.available) {
        host.logger.info('mails have no unsubscribe link', {
          needs: 'publicUrl (PUBLIC_URL) and encryption keys (ENCRYPTION_KEYS)',
        });
      }
    },
    async stop() {
      await Promise.all(chains.map((chain) => chain.close()));
    },
  };
}

function chainsOf(host: ModuleHost, { transport, transports = [] }: NotificationsOptions): readonly TransportChain[] {
  const all = transport === undefined ? transports : [transport, ...transports];
  const refuse = (why: string): never => {
    throw new SchedulerError('INVALID_CONFIG', `notifications: ${why}`);
  };
  if (transport !== undefined && transports.length > 0) refuse('give either `transport` or `transports`');
  if (all.length === 0) refuse('give a transport, such as smtp(url)');
  return METHODS.flatMap((method) => {
    const own = all.filter((one: Transport) => one.method === method);
    const names = own.map(({ name }) => name);
    if (new Set(names).size < names.length)
      refuse(`two transports for ${method} have the same name; give each its own`);
    const deps = { clock: host.clock, random: systemRandom, logger: host.logger };
    return own.length === 0 ? [] : [createTransportChain(method, own, deps)];
  });
}

/** A job may end without an attempt: cancelled by an operator, or buried after it crashed its process. */
const endListener = (): JobEndListener => ({
  // the outcome is written before the job ends
  watches: () => false,
  async onEnd(tx, ended) {
    const ours = ended.filter(({ type, status }) => type.startsWith('notification.') && status !== 'completed');
    if (ours.length > 0)
      await endWithJobs(
        tx,
        ours.map(({ id }) => id),
      );
  },
});
