// Receives a request of a mail provider: verifies it, reads its events, and applies their effects.
import type { ModuleHost } from '../../../scheduler/public.js';
import { recordEvents, type EventRow, type RecordedEvents } from '../db/events.js';
import { notificationError } from '../errors.js';
import type { EventRequest, MailEvent } from './mail-event.js';
import type { Providers } from './providers.js';

export interface ReceivedEvents extends RecordedEvents {
  readonly told: number;
}

/** Throws EVENTS_NOT_CONFIGURED, EVENT_SIGNATURE_INVALID, EVENT_SOURCE_UNAVAILABLE, INVALID_INPUT. */
export type ReceiveEvents = (provider: string, request: EventRequest) => Promise<ReceivedEvents>;

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Our Message-IDs are `<id@domain>`; any other must match completely. */
const candidatesOf = (messageIds: readonly string[]): EventRow['candidates'] =>
  messageIds.flatMap((messageId) => {
    const [id = ''] = messageId.toLowerCase().split('@');
    return UUID.test(id) ? [{ id, message_id: `<${messageId}>` }] : [];
  });

const toRow = ({ id, kind, address, detail, messageIds }: MailEvent): EventRow => ({
  ...{ event_id: id, kind, address, detail, candidates: candidatesOf(messageIds) },
});

export const createReceiveEvents =
  ({ db, logger }: Pick<ModuleHost, 'db' | 'logger'>, providers: Providers): ReceiveEvents =>
  async (name, request) => {
    const provider = providers.get(name);
    if (provider === undefined) {
      const message = `events of "${name.slice(0, 40)}" are not received here: set its secret`;
      throw notificationError('EVENTS_NOT_CONFIGURED', message);
    }
    const events = await provider.read(request);
    if (events.length === 0) return { told: 0, recorded: 0, matched: 0, suppressed: 0 };
    const recorded = await recordEvents(db, name, events.map(toRow));
    logger.info('mail events received', { provider: name, told: events.length, ...recorded });
    return { told: events.length, ...recorded };
  };
