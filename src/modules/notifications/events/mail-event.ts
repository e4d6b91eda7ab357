// An event of a mail provider about a message, in a common format.
import { normalAddress } from '../recipients/normal-address.js';

/** `hard_bounce` and `complaint` put the address on the suppression list; the others are only logged. */
export type MailEventKind = 'hard_bounce' | 'soft_bounce' | 'complaint';

export interface MailEvent {
  /** Unique within the provider: a repeated event changes nothing. */
  readonly id: string;
  readonly kind: MailEventKind;
  /** In lower case. */
  readonly address: string;
  /** Possible `Message-ID`s of the mail, without angle brackets. */
  readonly messageIds: readonly string[];
  /** The text of the provider or the receiving server. */
  readonly detail: string | null;
}

export interface EventRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw bytes, because signatures cover them. */
  readonly body: Buffer;
  readonly now: Date;
}

export interface EventProviderClient {
  /**
   * Verifies the sender of the request and returns its bounces and complaints; other events are ignored. Throws EVENT_SIGNATURE_INVALID,
   * INVALID_INPUT with the paths of invalid fields.
   */
  read(request: EventRequest): Promise<readonly MailEvent[]> | readonly MailEvent[];
}

const LONGEST_TEXT = 1_000;
const LONGEST_ID = 500;

/** Foreign text that the database can store: without NUL or lone surrogates, and not too long. */
const storable = (text: string, longest = LONGEST_TEXT): string =>
  Buffer.from(text.replaceAll('\0', '').slice(0, longest)).toString();

/** `<id@domain>` and `id@domain` are equivalent. */
const bareMessageId = (text: string): string => storable(text.trim().replace(/^<|>$/g, ''), LONGEST_ID);

interface Told {
  readonly id: string;
  readonly kind: MailEventKind;
  readonly address: string;
  readonly messageIds?: readonly (string | null | undefined)[];
  readonly detail?: string | null | undefined;
}

/** Pure. The events of a request; those without an address are left out, because they have no effect. */
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
