// The options of the notifications module.
import { isObject, type RulesOf } from '../../base/options/check-options.js';
import {
  having,
  listOf,
  nonEmpty,
  object,
  options as optionsOf,
  orNull,
  required,
  rule,
  seconds,
  url,
  wholeNumber,
} from '../../base/options/option-rules.js';
import type { Transport } from '../../clients/mail/transport.js';
import type { Addressee, NotificationTemplate } from '../../clients/notifier.js';

export interface NotificationsOptions {
  /** Sends mail: `smtp(url)`, `mailFiles(folder)` or one of the host's own. Either this or `transports`. */
  readonly transport?: Transport;
  /**
   * Several, in order. The next one is used only if it is certain that the previous ones did not accept the message. Transports for SMS and
   * WhatsApp (`gateway(…)`) belong here too: each is used for its own method.
   */
  readonly transports?: readonly Transport[];
  /** The sender of every mail: an address, or with a name `Shop <no-reply@shop.example>`. Its domain is that of each Message-ID. */
  readonly from: string | Addressee;
  readonly replyTo?: string | Addressee;
  /**
   * Public URL of `/api`, such as `https://app.example.com/api`, for unsubscribe links. These also need encryption keys
   * (`queue.encryptionKeys`). Without both, mails have no `List-Unsubscribe`.
   */
  readonly publicUrl?: string;
  /** Notifications that this process sends at once, for each delivery method. Default 5. */
  readonly concurrency?: number;
  /** Notifications sent per second by all instances together, for each delivery method. Default 50; `null`: no limit. */
  readonly ratePerS?: number | null;
  /** Seconds before each attempt; as many attempts as entries. Default 0, 60, 120. */
  readonly retryTableS?: readonly number[];
  /** Days that notifications and their logs are kept. Default 90. */
  readonly keepDays?: number;
  /** Templates in addition to the five built-in ones. */
  readonly templates?: readonly NotificationTemplate[];
  /** The name in the header and footer of the built-in layout. Default: the sender's name, else its domain. */
  readonly productName?: string;
  /** Health warns if more notifications than this are waiting. Default 1,000. */
  readonly backlogWarn?: number;
  /** Health warns if more notifications than this have failed within 24 hours. Default 100. */
  readonly failedWarn?: number;
  /** Interval at which the process logs what it has sent and the state of the queue. Default null: never. */
  readonly logMetricsEveryS?: number | null;
  /** Secrets for verifying events of mail providers, by provider; events of other providers are refused. */
  readonly eventSecrets?: Readonly<Partial<Record<EventProvider, string>>>;
}

/** Providers whose bounces and complaints are understood. */
export type EventProvider = 'postmark' | 'ses' | 'resend' | 'generic';

export const DEFAULTS = { concurrency: 5, ratePerS: 50, keepDays: 90, backlogWarn: 1_000, failedWarn: 100 } as const;

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';
const address = rule(
  'an address, or an object with `email` and perhaps `name`',
  (value) => isFilled(value) || (isObject(value) && isFilled(value['email'])),
);
const transport = having('a transport, such as smtp(url)', 'send', 'close');
const EVENT_SECRETS: RulesOf<Record<EventProvider, string>> = {
  postmark: nonEmpty,
  ses: nonEmpty,
  resend: nonEmpty,
  generic: nonEmpty,
};

export const NOTIFICATION_RULES: RulesOf<NotificationsOptions> = {
  transport,
  transports: listOf(transport),
  from: required(address),
  replyTo: address,
  publicUrl: url('http', 'https'),
  concurrency: wholeNumber(1, 10_000),
  ratePerS: orNull(wholeNumber(1, 1_000_000)),
  retryTableS: listOf(seconds(0), { min: 1, max: 100 }),
  keepDays: wholeNumber(1, 36_500, 'days'),
  templates: listOf(object),
  productName: nonEmpty,
  backlogWarn: wholeNumber(1, 1_000_000_000),
  failedWarn: wholeNumber(1, 1_000_000_000),
  logMetricsEveryS: orNull(seconds(0.001)),
  eventSecrets: optionsOf(EVENT_SECRETS),
};
