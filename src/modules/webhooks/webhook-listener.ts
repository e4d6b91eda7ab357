// Stores the deliveries of an ended job, in the transaction that writes its end, so that each end has its webhooks exactly once.
import { deleteOldDeliveries, endDeliveriesOf, insertDeliveries, type NewDelivery } from './db/deliveries.js';
import type { EndedJob, JobEndListener, ModuleHost } from '../../scheduler/public.js';
import { DELIVER_WEBHOOK, type deliverWebhook } from './deliver-webhook.js';
import type { EndpointBook } from './endpoint-book.js';

export interface ListenerDeps extends Pick<ModuleHost, 'db' | 'clock' | 'newId' | 'enqueueMany'> {
  readonly book: EndpointBook;
  readonly job: ReturnType<typeof deliverWebhook>;
}

/** Days that deliveries are kept. */
const KEEP_DAYS = 30;

/** The message for an endpoint: the job and its outcome, never the payload or the result. */
const webhookPayload = (event: string, job: EndedJob, at: Date): Record<string, unknown> => ({
  type: event,
  timestamp: at.toISOString(),
  data: { job_id: job.id, type: job.type, status: job.status, workspace_id: job.workspaceId },
});

export function createWebhookListener({ db, clock, newId, book, job, enqueueMany }: ListenerDeps): JobEndListener {
  return {
    watches: ({ type, workspaceId }) => type !== DELIVER_WEBHOOK && book.watches(type, workspaceId),
    prepare: () => book.refresh(),
    async tidy() {
      await deleteOldDeliveries(db, KEEP_DAYS, 1_000);
    },
    async onEnd(tx, ended) {
      // however its job ended (no attempts left, buried, cancelled): a delivery is pending only while a job is delivering it
      const given = ended.filter(({ type, status }) => type === DELIVER_WEBHOOK && status !== 'completed');
      if (given.length > 0) {
        await endDeliveriesOf(
          tx,
          given.map(({ id }) => id),
        );
      }
      const deliveries = ended.flatMap((one): NewDelivery[] => {
        // the end of a delivery causes no further delivery, which would never stop
        if (one.type === DELIVER_WEBHOOK) return [];
        const event = `job.${one.status}`;
        const payload = webhookPayload(event, one, clock.now());
        return book
          .wanting(event, one.type, one.workspaceId)
          .map((endpoint) => ({ id: newId(), endpoint_id: endpoint.id, event, payload }));
      });
      if (deliveries.length === 0) return;
      await insertDeliveries(tx, deliveries);
      await enqueueMany(
        deliveries.map(({ id }) => ({ job, payload: { delivery_id: id } })),
        { db: tx },
      );
    },
  };
}
