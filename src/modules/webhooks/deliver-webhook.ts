// The job that delivers one webhook: retried by the queue like any other job, and stopped permanently by 410.
import { z } from 'zod';
import type { Clock } from '../../base/clock.js';
import type { Encryption } from '../../base/secrets/encryption.js';
import { isSchedulerError, toError } from '../../base/errors.js';
import { findDelivery, recordAttempt, type WebhookDelivery } from './db/deliveries.js';
import { findEndpoint, updateEndpoint, type EndpointRow } from './db/endpoints.js';
import { bury, cancel, defineJob, HandlerVerdict, type Database } from '../../scheduler/public.js';
import type { WebhookAnswer, WebhookSender } from '../../clients/webhooks/webhook-sender.js';

export const DELIVER_WEBHOOK = 'webhook.deliver';

export interface DeliverDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly encryption: Encryption;
  readonly sender: WebhookSender;
  /** A call to this host has ended, after this time. */
  readonly timed: (receiver: string, durationMs: number) => void;
}

export const secretContext = (endpointId: string): string => `webhook_endpoints:${endpointId}`;

/** The valid secrets, newest first. */
function secretsInForce(endpoint: EndpointRow, encryption: Encryption, now: Date): readonly string[] {
  return endpoint.secrets
    .filter(({ expires_at }) => expires_at === null || new Date(expires_at) > now)
    .map(({ value }) => encryption.decrypt(value, secretContext(endpoint.id)));
}

class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly code: string;
  readonly retryAfterMs: number | null;
  constructor(answer: WebhookAnswer) {
    super(answer.error ?? 'no response');
    this.code = answer.status === null ? 'WEBHOOK_UNREACHABLE' : `HTTP_${answer.status}`;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

export const deliverWebhook = ({ db, clock, encryption, sender, timed }: DeliverDeps) => {
  /** A missing key may be set later, so that is retried. A damaged secret is a permanent error. */
  const openSecrets = async (
    { id }: WebhookDelivery,
    endpoint: EndpointRow,
  ): Promise<readonly string[] | HandlerVerdict> => {
    try {
      return secretsInForce(endpoint, encryption, clock.now());
    } catch (thrown) {
      const error = toError(thrown).message;
      await recordAttempt(db, id, { status: 'pending', responseStatus: null, error, durationMs: 0 });
      if (isSchedulerError(thrown, 'INTERNAL')) return bury(error);
      throw thrown;
    }
  };

  return defineJob({
    type: DELIVER_WEBHOOK,
    description: 'Delivers one webhook',
    queue: 'webhooks',
    schema: z.object({ delivery_id: z.guid() }),
    // at once, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h
    retry: { maxAttempts: 8, tableS: [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] },
    timeoutMs: 30_000,
    async run(ctx, { delivery_id }) {
      const delivery = await findDelivery(db, delivery_id);
      const endpoint = delivery && (await findEndpoint(db, delivery.endpointId));
      if (delivery === undefined || endpoint === undefined) return cancel('the endpoint was deleted');
      if (!endpoint.enabled) return cancel('the endpoint is switched off');
      const secrets = await openSecrets(delivery, endpoint);
      if (secrets instanceof HandlerVerdict) return secrets;
      const call = { id: delivery.id, url: endpoint.url, secrets, body: JSON.stringify(delivery.payload) };
      const answer = await sender.send(call, ctx.signal);
      if (answer.kind !== 'refused') timed(new URL(endpoint.url).host, answer.durationMs);
      const last = ctx.attempt >= ctx.maxAttempts || answer.kind === 'gone' || answer.kind === 'refused';
      await recordAttempt(db, delivery.id, {
        status: answer.kind === 'delivered' ? 'delivered' : last ? 'dead' : 'pending',
        responseStatus: answer.status,
        error: answer.error,
        durationMs: answer.durationMs,
      });
      if (answer.kind === 'delivered') return { status: answer.status };
      if (answer.kind === 'refused') return bury(answer.error ?? 'its address may not be called');
      if (answer.kind === 'gone') {
        await updateEndpoint(db, endpoint.id, { enabled: false, disabledWhy: 'it returned 410' });
        return bury('it returned 410: the endpoint was switched off');
      }
      throw new DeliveryFailed(answer);
    },
  });
};
