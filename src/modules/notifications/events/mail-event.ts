// What a mail provider tells of a message, whatever the provider calls it.
import { normalAddress } from '../recipients/normal-address.js';

/** `hard_bounce` and `complaint` put the address on the suppression list; the others are for the log alone. */
export type MailEventKind = 'hard_bounce' | 'soft_bounce' | 'complaint';

export interface MailEvent {
  /** Unique within the provider: an event that comes again changes nothing. */
  readonly id: string;
  readonly kind: MailEventKind;
  /** In lower case. */
  readonly address: string;
  /** What may be the `Message-ID` that the mail was sent with, without angle brackets. */
  readonly messageIds: readonly string[];
  /** The provider's or the receiving server's words. */
  readonly detail: string | null;
}

export interface EventRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came: signatures are made over bytes. */
  readonly body: Buffer;
  readonly now: Date;
}

export interface EventProviderClient {
  /**
   * Checks who sent the request and returns the events in it; none for what it tells of beside bounces and complaints. Throws
   * EVENT_SIGNATURE_INVALID, INVALID_INPUT with the paths of what cannot be read.
   */
  read(request: EventRequest): Promise<readonly MailEvent[]> | readonly MailEvent[];
}

const LONGEST_TEXT = 1_000;
const LONGEST_ID = 500;

/** Text of somebody else's as the database can keep it: no NUL, no half of a surrogate pair, not too long. */
export const storable = (text: string, longest = LONGEST_TEXT): string =>
  Buffer.from(text.replaceAll('\0', '').slice(0, longest)).toString();

/** `<id@domain>` and `id@domain` are one. */
export const bareMessageId = (text: string): string => storable(text.trim().replace(/^<|>$/g, ''), LONGEST_ID);

interface Told {
  readonly id: string;
  readonly kind: MailEventKind;
  readonly address: string;
  readonly messageIds?: readonly (string | null | undefined)[];
  readonly detail?: string | null | undefined;
}

/** Pure. Events of what a provider told: those without an address are left out, there is nothing to be done about them. */
export const toEvents = (told: readonly Told[]): MailEvent[] =>
  told.flatMap(({ id, kind, address, messageIds = [], detail }) => {
    const normal = normalAddress('email', storable(address));
    if (normal === null) return [];
    const ids = messageIds.filter((one): one is string => typeof one === 'string' && one !== '').map(bareMessageId);
    return [
      {
        id: storable(id, LONGEST_ID),
        kind,
        address: normal,
        messageIds: [...new Set(ids)],
        detail: detail ? storable(detail) : null,
      },
    ];
  });
