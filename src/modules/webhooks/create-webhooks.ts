// Webhooks, put together: the job that delivers, the listener that the queue tells of ends, and what administrators may do.
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../../base/clock.js';
import type { Encryption } from '../../base/encryption.js';
import { SchedulerError } from '../../base/errors.js';
import type { Database } from '../../db/database.js';
import { findDelivery, listDeliveries, reopenDelivery, type DeliveryRow } from './db/deliveries.js';
import * as endpoints from './db/endpoints.js';
import type { AnyJob, EndListener, JobPage, Queue } from '../../scheduler/queue/index.js';
import { createJobIds } from '../../scheduler/queue/index.js';
import { refuseUrl, type OutboundOptions } from '../../clients/http/public-address.js';
import { createWebhookSender } from '../../clients/webhooks/webhook-sender.js';
import { DELIVER_WEBHOOK, deliverWebhook, secretContext } from './deliver-webhook.js';
import { createEndpointBook, WEBHOOK_EVENTS, type WebhookEvent } from './endpoint-book.js';
import { createWebhookListener } from './webhook-listener.js';

/** An endpoint as people see it: without its secrets. */
export type WebhookEndpoint = Omit<endpoints.EndpointRow, 'secrets'>;
export type WebhookDelivery = DeliveryRow;

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Job types to hear of; none: all. */
  readonly types?: readonly string[] | null;
  /** null: hears of every workspace. */
  readonly workspaceId?: string | null;
  readonly description?: string | null;
}

type DeliveringQueue = Pick<Queue, 'enqueue' | 'enqueueMany' | 'settingsChanged'>;

export interface Webhooks {
  /** To be registered with the queue. */
  readonly job: AnyJob;
  readonly listener: EndListener;
  readonly watched: (item: { type: string; extras: { workspace_id: string | null } }) => boolean;
  /** The queue that delivers; before anything ends. */
  bind(queue: DeliveringQueue): void;
  /** The secret is shown this once. Throws INVALID_INPUT for a URL that may not be called. */
  create(input: NewWebhook): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  list(workspaceId?: string): Promise<readonly WebhookEndpoint[]>;
  /** Throws WEBHOOK_NOT_FOUND. */
  get(id: string): Promise<WebhookEndpoint>;
  update(id: string, patch: Partial<Omit<NewWebhook, 'workspaceId'>> & { enabled?: boolean }): Promise<WebhookEndpoint>;
  remove(id: string): Promise<void>;
  /** A new secret, shown this once; the old one signs beside it for a day. */
  rotate(id: string): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  deliveries(
    id: string,
    query?: { status?: string; limit?: number; cursor?: string },
  ): Promise<JobPage<WebhookDelivery>>;
  /** Sends a delivery again, as the same message. Throws WEBHOOK_NOT_FOUND; DELIVERY_PENDING while it is being sent or retried. */
  redeliver(id: string, deliveryId: string): Promise<WebhookDelivery>;
  close(): Promise<void>;
}

export interface WebhookOptions extends OutboundOptions {
  readonly db: Database;
  readonly encryption: Encryption;
  readonly clock?: Clock;
}

const OVERLAP_MS = 86_400_000;
const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const shown = ({ secrets: _, ...endpoint }: endpoints.EndpointRow): WebhookEndpoint => endpoint;

export function createWebhooks(options: WebhookOptions): Webhooks {
  const { db, encryption, allowPrivate, clock = systemClock } = options;
  const sender = createWebhookSender({ ...options, clock });
  const book = createEndpointBook(db);
  const job = deliverWebhook({ db, clock, encryption, sender });
  let queue: DeliveringQueue | undefined;
  const bound = (): DeliveringQueue => {
    if (queue === undefined) throw new SchedulerError('NOT_STARTED', 'webhooks have no queue yet');
    return queue;
  };

  const found = <T>(row: T | undefined, id: string): T => {
    if (row === undefined) throw new SchedulerError('WEBHOOK_NOT_FOUND', `there is no webhook ${id}`, { id });
    return row;
  };
  const checkUrl = (url: string | undefined): void => {
    const refused = url === undefined ? null : refuseUrl(url, { allowPrivate });
    if (refused === null) return;
    throw new SchedulerError('INVALID_INPUT', `the URL ${refused}`, { errors: [{ path: 'url', message: refused }] });
  };
  const seal = (id: string, secret: string): endpoints.StoredSecret => ({
    value: encryption.encrypt(secret, secretContext(id)),
    expires_at: null,
  });

  return {
    job,
    watched: ({ type, extras }) => type !== DELIVER_WEBHOOK && book.watches(type, extras.workspace_id),
    listener: createWebhookListener({
      ...{ db, clock, book, job },
      newId: createJobIds(clock),
      enqueueMany: (jobs, target) => bound().enqueueMany(jobs, target),
    }),
    bind: (bindTo) => void (queue = bindTo),

    async create({ url, events, types = null, workspaceId = null, description = null }) {
      checkUrl(url);
      const id = randomUUID();
      const secret = makeSecret();
      const secrets = [seal(id, secret)];
      const row = await endpoints.insertEndpoint(db, { id, workspaceId, url, description, events, types, secrets });
      await bound().settingsChanged();
      return { endpoint: shown(row), secret };
    },
    list: async (workspaceId) => (await endpoints.listEndpoints(db, workspaceId)).map(shown),
    get: async (id) => shown(found(await endpoints.findEndpoint(db, id), id)),
    async update(id, patch) {
      checkUrl(patch.url);
      const row = found(await endpoints.updateEndpoint(db, id, patch), id);
      await bound().settingsChanged();
      return shown(row);
    },
    async remove(id) {
      found((await endpoints.deleteEndpoint(db, id)) || undefined, id);
      await bound().settingsChanged();
    },
    async rotate(id) {
      const secret = makeSecret();
      const expires = new Date(clock.now().getTime() + OVERLAP_MS).toISOString();
      await db.transaction(async (tx) => {
        const { secrets } = found(await endpoints.lockEndpoint(tx, id), id);
        const [current] = secrets;
        const former = current === undefined ? [] : [{ ...current, expires_at: expires }];
        await endpoints.saveSecrets(tx, id, [seal(id, secret), ...former]);
      });
      return { endpoint: shown(found(await endpoints.findEndpoint(db, id), id)), secret };
    },
    async deliveries(id, { status, limit = 50, cursor } = {}) {
      found(await endpoints.findEndpoint(db, id), id);
      const query = { endpointId: id, status: status ?? null, before: cursor ?? null, limit: limit + 1 };
      const rows = await listDeliveries(db, query);
      const more = rows.length > limit;
      return { items: rows.slice(0, limit), nextCursor: more ? (rows[limit - 1]?.id ?? null) : null };
    },
    async redeliver(id, deliveryId) {
      const delivery = await findDelivery(db, deliveryId);
      if (delivery?.endpoint_id !== id) {
        throw new SchedulerError('WEBHOOK_NOT_FOUND', `there is no delivery ${deliveryId}`, { id: deliveryId });
      }
      await db.transaction(async (tx) => {
        if (!(await reopenDelivery(tx, deliveryId))) {
          throw new SchedulerError('DELIVERY_PENDING', `delivery ${deliveryId} is pending`, { id: deliveryId });
        }
        await bound().enqueue(job, { delivery_id: deliveryId }, { db: tx });
      });
      return found(await findDelivery(db, deliveryId), deliveryId);
    },
    close: () => sender.close(),
  };
}

export { WEBHOOK_EVENTS };
