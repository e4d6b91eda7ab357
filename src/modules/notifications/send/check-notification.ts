// Converts a request to the row that is stored, and collects all errors with the path of each field.
import { isUnstorable, toJson } from '../../../base/to-json.js';
import { phoneNumber, refuseAddress, refuseHeaderText } from '../../../clients/mail/address.js';
import type {
  DeliveryMethod,
  NotificationInput,
  NotificationPriority,
  TemplateData,
} from '../../../clients/notifier.js';
import type { NotificationRow } from '../db/store-notifications.js';
import { checkData, TYPE_NAME, type TemplateRegistry } from '../templates/registry.js';

export interface CheckDeps {
  readonly templates: TemplateRegistry;
  /** The domain of `Message-ID`s. */
  readonly domain: string;
  readonly newId: () => string;
  /** Delivery methods with a transport. */
  readonly methods: readonly DeliveryMethod[];
}

const PRIORITIES: Readonly<Record<NotificationPriority, 0 | 1 | 2 | 3>> = {
  urgent: 0,
  high: 1,
  normal: 2,
  low: 3,
};
const MAX_SUBJECT = 500;
const MAX_DATA_BYTES = 65_536;
const MAX_WORD = 200;
const UNSTORABLE = /[\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Collects the errors of one notification. */
export type Note = (path: string, message: string) => void;

export interface CheckOptions {
  /** The batch's data, over which `templateData` is merged before validation. */
  readonly shared?: TemplateData;
  readonly note: Note;
}

/** Returns the row, which must not be used if there are errors. */
export async function checkNotification(
  input: NotificationInput,
  { shared, note }: CheckOptions,
  { templates, domain, newId, methods }: CheckDeps,
): Promise<NotificationRow> {
  const template = templates.find(input.type);
  if (template === undefined) note('type', unknownType(templates.types()));
  const { deliveryMethod = 'email', priority = 'normal' } = input;
  if (!methods.includes(deliveryMethod))
    note('deliveryMethod', `has no transport here; there is one for ${methods.join(', ')}`);
  if (!(priority in PRIORITIES)) note('priority', `must be one of ${Object.keys(PRIORITIES).join(', ')}`);
  const category = input.category ?? template?.category ?? input.type;
  if (!TYPE_NAME.test(category)) note('category', `must match ${String(TYPE_NAME)}`);
  checkWords(input, note);
  if (input.subject !== undefined) noteIf(note, 'subject', refuseHeaderText(input.subject, MAX_SUBJECT));
  if (input.scheduledFor !== undefined && Number.isNaN(input.scheduledFor.getTime()))
    note('scheduledFor', 'must be a time');
  const data = storedData(input.templateData, note);
  if (template !== undefined && data !== null) {
    const checked = await checkData(template, shared === undefined ? data : { ...shared, ...data });
    if ('errors' in checked)
      for (const { path, message } of checked.errors) note(joined('templateData', path), message);
  }
  const id = newId();
  return {
    id,
    ...{ delivery_method: deliveryMethod, notification_type: input.type, category, priority: PRIORITIES[priority] },
    ...addressee(input, deliveryMethod, note),
    ...{ user_id: input.userId, workspace_id: input.workspaceId, recipient_id: input.recipientId },
    ...{ group_id: input.groupId, update_id: input.updateId, subject: input.subject, unique_key: input.uniqueKey },
    template_data: data ?? {},
    message_id: messageIdOf(id, deliveryMethod, domain),
    scheduled_for: input.scheduledFor?.toISOString(),
  };
}

/** The same on every attempt. */
export const messageIdOf = (id: string, method: DeliveryMethod, domain: string): string =>
  method === 'email' ? `<${id}@${domain}>` : id;

const joined = (field: string, path: string): string => (path === '' ? field : `${field}.${path}`);
const noteIf = (note: Note, path: string, message: string | null): void => {
  if (message !== null) note(path, message);
};
const unknownType = (types: readonly string[]): string => `is not a registered template; there are ${types.join(', ')}`;

const WORDS = ['recipientId', 'userId', 'workspaceId', 'groupId', 'updateId', 'uniqueKey'] as const;

function checkWords(input: NotificationInput, note: Note): void {
  for (const name of WORDS) {
    const value = input[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > MAX_WORD)
      note(name, `must have 1 to ${MAX_WORD} characters`);
    else if (UNSTORABLE.test(value)) note(name, 'must not contain NUL or half of a surrogate pair');
  }
}

/** The value as it will be read from the database; null: it cannot be stored. */
export function storedData(data: TemplateData | undefined, note: Note): TemplateData | null {
  if (data === undefined) return {};
  const json = textOf(data);
  if (json === undefined || typeof data !== 'object' || data === null || Array.isArray(data))
    note('templateData', 'must be an object');
  else if (Buffer.byteLength(json) > MAX_DATA_BYTES)
    note('templateData', `has ${Buffer.byteLength(json)} bytes of JSON; at most ${MAX_DATA_BYTES} are allowed`);
  else if (isUnstorable(json)) note('templateData', 'must not contain NUL or half of a surrogate pair');
  else return JSON.parse(json) as TemplateData;
  return null;
}

function textOf(data: unknown): string | undefined {
  try {
    return toJson(data);
  } catch {
    return undefined; // a cycle, or a BigInt
  }
}

function addressee(
  input: NotificationInput,
  method: DeliveryMethod,
  note: Note,
): Pick<NotificationRow, 'to_address' | 'to_name'> {
  const { to } = input;
  if (to === undefined) {
    if (input.recipientId === undefined) note('to', 'give either `to` or a recipient');
    return {};
  }
  const { email, name } = typeof to === 'string' ? { email: to, name: undefined } : to;
  const field = typeof to === 'string' ? 'to' : 'to.email';
  if (typeof email !== 'string') note(field, 'must be a string');
  else if (method === 'email') noteIf(note, field, refuseAddress(email));
  if (typeof name === 'string') noteIf(note, 'to.name', refuseHeaderText(name));
  else if (name !== undefined) note('to.name', 'must be a string');
  if (method === 'email' || typeof email !== 'string') return { to_address: email, to_name: name };
  const number = phoneNumber(email);
  if (number === null) note(field, 'must be a phone number such as +4915112345678');
  return { to_address: number ?? email, to_name: name };
}
