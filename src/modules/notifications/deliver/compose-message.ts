// Composes the message of a stored notification: prepares its data, validates it again, and renders it.
import { toError } from '../../../base/errors.js';
import { within } from '../../../base/timing/within.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import { phoneNumber, refuseAddress } from '../../../clients/mail/address.js';
import type { MailAddress, OutgoingMessage } from '../../../clients/mail/transport.js';
import type { PrepareTemplateData, TemplateData } from '../../../clients/notifier.js';
import type { JobContext, ModuleHost } from '../../../scheduler/public.js';
import type { LoadedNotification } from '../db/load-notifications.js';
import { messageIdOf } from '../send/check-notification.js';
import { checkData, type TemplateRegistry } from '../templates/registry.js';
import type { Renderer } from '../templates/render.js';
import { unsubscribeToken } from '../unsubscribe-token.js';
import { isCritical } from './sending-decision.js';

export interface ComposeDeps {
  readonly secrets: ModuleHost['secrets'];
  readonly templates: TemplateRegistry;
  readonly render: Renderer;
  readonly stepOf: (type: string) => PrepareTemplateData | undefined;
  readonly from: MailAddress;
  readonly replyTo: MailAddress | null;
  readonly domain: string;
  /** Public URL of `/api`, without a trailing slash; null: no unsubscribe links. */
  readonly publicUrl: string | null;
}

/** A message that can never be sent. */
export class Unsendable extends Error {
  override readonly name = 'Unsendable';
}

const PREPARE_LIMIT_MS = 20_000;

/** Throws Unsendable; any other error may not recur at the next attempt. */
export async function composeMessage(
  notification: LoadedNotification,
  ctx: JobContext,
  deps: ComposeDeps,
): Promise<OutgoingMessage> {
  const { delivery_method: method, to_address: address, to_name: name } = notification;
  if (address === null)
    throw new Unsendable(`the recipient has no ${method === 'email' ? 'mail address' : 'phone number'}`);
  // a row may have been written by the host's own SQL
  const wrong =
    method === 'email' ? refuseAddress(address) : phoneNumber(address) === null ? 'must be a phone number' : null;
  if (wrong !== null) throw new Unsendable(`its address ${wrong}`);
  const template = deps.templates.find(notification.notification_type);
  if (template === undefined) throw new Error(`this process has no template "${notification.notification_type}"`);
  const checked = await checkData(template, await preparedData(notification, ctx, deps));
  if ('errors' in checked) {
    throw new Unsendable(
      `its data does not fit the template: ${checked.errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    );
  }
  const unsubscribeUrl = linkFor(notification, address, deps);
  const zone = notification.recipient?.timezone ?? null;
  const rendered = deps.render({
    template,
    data: checked.data,
    subject: notification.subject,
    unsubscribeUrl,
    timeZone: zone,
  });
  return {
    id: notification.id,
    messageId: notification.message_id ?? messageIdOf(notification.id, method, deps.domain),
    from: deps.from,
    ...(deps.replyTo === null ? {} : { replyTo: deps.replyTo }),
    to: name === null ? { address } : { address, name: name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') },
    ...{ subject: rendered.subject, html: rendered.html, text: method === 'email' ? rendered.text : rendered.short },
    ...(unsubscribeUrl === null ? {} : { unsubscribeUrl }),
  };
}

/** The result of a step is stored, so that every attempt sends the same. */
async function preparedData(
  notification: LoadedNotification,
  ctx: JobContext,
  { stepOf }: ComposeDeps,
): Promise<TemplateData> {
  const { template_data: stored, notification_type: type } = notification;
  const step = stepOf(type);
  if (step === undefined) return stored;
  const kept = ctx.checkpoint as { templateData?: TemplateData } | undefined;
  if (kept?.templateData !== undefined) return kept.templateData;
  const limit = linkSignals(ctx.signal, AbortSignal.timeout(PREPARE_LIMIT_MS));
  try {
    const prepared = Promise.resolve(step(pendingOf(notification, ctx.attempt), { signal: limit.signal }));
    const templateData = await within(PREPARE_LIMIT_MS, prepared, 'the step that prepares the data');
    await ctx.saveCheckpoint({ templateData });
    return templateData;
  } catch (thrown) {
    ctx.log.warn('the data could not be prepared and is left unchanged', { type, error: toError(thrown).message });
    return stored;
  } finally {
    limit.unlink();
  }
}

const pendingOf = (row: LoadedNotification, attempt: number) => ({
  ...{ id: row.id, type: row.notification_type, category: row.category, deliveryMethod: row.delivery_method },
  ...{ recipientId: row.recipient_id, userId: row.user_id, workspaceId: row.workspace_id },
  ...{ groupId: row.group_id, updateId: row.update_id, subject: row.subject },
  ...{ templateData: row.template_data, scheduledFor: row.scheduled_for, attempt },
});

/** Null for categories that cannot be switched off, and if links cannot be created. */
function linkFor(row: LoadedNotification, address: string, { publicUrl, secrets }: ComposeDeps): string | null {
  if (publicUrl === null || isCritical(row.category) || row.delivery_method !== 'email') return null;
  const claim = {
    method: row.delivery_method,
    address: address.toLowerCase(),
    category: row.category,
    recipientId: row.recipient_id,
  };
  const token = unsubscribeToken(secrets, claim);
  return token === null ? null : `${publicUrl}/notifications/unsubscribe/${token}`;
}
