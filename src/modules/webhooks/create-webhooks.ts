// Composes webhooks: the delivery job, the listener to ends of jobs, and the administration.
import { randomBytes, randomUUID } from 'node:crypto';
import { findDelivery, listDeliveries, reopenDelivery, type WebhookDelivery } from './db/deliveries.js';
import * as endpoints from './db/endpoints.js';
import type { WebhookEndpoint } from './db/endpoints.js';
import {
  SchedulerError,
  type Actor,
  type AnyJob,
  type Db,
  type JobEndListener,
  type JobPage,
  type ModuleHost,
} from '../../scheduler/public.js';
import { refuseUrl, type OutboundOptions } from '../../clients/http/public-address.js';
import { createWebhookSender } from '../../clients/webhooks/webhook-sender.js';
import { deliverWebhook, secretContext } from './deliver-webhook.js';
import { createEndpointBook, WEBHOOK_EVENTS, type WebhookEvent } from './endpoint-book.js';
import { webhookError } from './errors.js';
import { createWebhookListener } from './webhook-listener.js';

/** An endpoint as shown to people, without its secrets. */
export type { WebhookDelivery, WebhookEndpoint };

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Job types of interest; none: all. */
  readonly types?: readonly string[] | null;
  /** null: all workspaces. */
  readonly workspaceId?: string | null;
  readonly description?: string | null;
}

export type WebhookPatch = Partial<Omit<NewWebhook, 'workspaceId'>> & { readonly enabled?: boolean };

/** With `by` a change is recorded in the audit log, in the same transaction. */
export interface Webhooks {
  /** The secret is shown only once. Throws INVALID_INPUT for a URL that may not be called. */
  create(input: NewWebhook, by?: Actor): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  list(workspaceId?: string): Promise<readonly WebhookEndpoint[]>;
  /** Throws WEBHOOK_NOT_FOUND. */
  get(id: string): Promise<WebhookEndpoint>;
  update(id: string, patch: WebhookPatch, by?: Actor): Promise<WebhookEndpoint>;
  remove(id: string, by?: Actor): Promise<void>;
  /** A new secret, shown only once; the old one also signs for a day. */
  rotate(id: string, by?: Actor): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  deliveries(
    id: string,
    query?: { status?: string; limit?: number; cursor?: string },
  ): Promise<JobPage<WebhookDelivery>>;
  /** Sends a delivery again, as the same message. Throws WEBHOOK_NOT_FOUND; DELIVERY_PENDING while it is being sent or retried. */
  redeliver(id: string, deliveryId: string, by?: Actor): Promise<WebhookDelivery>;
}

/** The API, and what the module passes to its scheduler. */
export interface WebhooksState extends Webhooks {
  /** Delivers one webhook. */
  readonly job: AnyJob;
  readonly listener: JobEndListener;
  close(): Promise<void>;
}

/** The part of the module host that webhooks use. */
export type WebhookHost = Pick<
  ModuleHost,
  'db' | 'enqueue' | 'enqueueMany' | 'settingsChanged' | 'clock' | 'secrets' | 'newId' | 'audit' | 'timed'
>;

type AuditEntryOf = Omit<Parameters<ModuleHost['audit']['record']>[0], 'by'>;

const OVERLAP_MS = 86_400_000;
const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const shown = ({ secrets: _, ...endpoint }: endpoints.EndpointRow): WebhookEndpoint => endpoint;

export function createWebhooks(host: WebhookHost, options: OutboundOptions): WebhooksState {
  const { db, clock, secrets: encryption } = host;
  const { allowPrivate } = options;
  const sender = createWebhookSender({ ...options, clock });
  const book = createEndpointBook(db);
  const job = deliverWebhook({ db, clock, encryption, sender, timed: host.timed });

  const found = <T>(row: T | undefined, id: string): T => {
    if (row === undefined) throw webhookError('WEBHOOK_NOT_FOUND', `there is no webhook ${id}`, { id });
    return row;
  };
  const checkUrl = (url: string | undefined): void => {
    const refused = url === undefined ? null : refuseUrl(url, { allowPrivate });
    if (refused === null) return;
    throw new SchedulerError('INVALID_INPUT', `the URL ${refused}`, { errors: [{ path: 'url', message: refused }] });
  };
  const record = async (tx: Db, by: Actor | undefined, entry: AuditEntryOf): Promise<void> => {
    if (by) await host.audit.record({ by, ...entry }, { db: tx });
  };
  const seal = (id: string, secret: string): endpoints.StoredSecret => ({
    value: encryption.encrypt(secret, secretContext(id)),
    expires_at: null,
  });

  return {
    job,
    listener: createWebhookListener({ ...host, book, job }),

    async create({ url, events, types = null, workspaceId = null, description = null }, by) {
      checkUrl(url);
      const id = randomUUID();
      const secret = makeSecret();
      const secrets = [seal(id, secret)];
      const row = await db.transaction(async (tx) => {
        await record(tx, by, { action: 'webhook.create', target: id, details: { url } });
        return endpoints.insertEndpoint(tx, { id, workspaceId, url, description, events, types, secrets });
      });
      await host.settingsChanged();
      return { endpoint: shown(row), secret };
    },
    list: async (workspaceId) => (await endpoints.listEndpoints(db, workspaceId)).map(shown),
    get: async (id) => shown(found(await endpoints.findEndpoint(db, id), id)),
    async update(id, patch, by) {
      checkUrl(patch.url);
      const row = await db.transaction(async (tx) => {
        await record(tx, by, { action: 'webhook.update', target: id, details: patch });
        return found(await endpoints.updateEndpoint(tx, id, patch), id);
      });
      await host.settingsChanged();
      return shown(row);
    },
    async remove(id, by) {
      await db.transaction(async (tx) => {
        await record(tx, by, { action: 'webhook.delete', target: id });
        found((await endpoints.deleteEndpoint(tx, id)) || undefined, id);
      });
      await host.settingsChanged();
    },
    async rotate(id, by) {
      const secret = makeSecret();
      const expires = new Date(clock.now().getTime() + OVERLAP_MS).toISOString();
      await db.transaction(async (tx) => {
        const { secrets } = found(await endpoints.lockEndpoint(tx, id), id);
        await record(tx, by, { action: 'webhook.rotate', target: id });
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
    async redeliver(id, deliveryId, by) {
      const delivery = await findDelivery(db, deliveryId);
      if (delivery?.endpointId !== id) {
        throw webhookError('WEBHOOK_NOT_FOUND', `there is no delivery ${deliveryId}`, { id: deliveryId });
      }
      await db.transaction(async (tx) => {
        if (!(await reopenDelivery(tx, deliveryId))) {
          throw webhookError('DELIVERY_PENDING', `delivery ${deliveryId} is pending`, { id: deliveryId });
        }
        await host.enqueue(job, { delivery_id: deliveryId }, { db: tx });
        await record(tx, by, { action: 'webhook.redeliver', target: deliveryId });
      });
      return found(await findDelivery(db, deliveryId), deliveryId);
    },
    close: () => sender.close(),
  };
}

export { WEBHOOK_EVENTS };
