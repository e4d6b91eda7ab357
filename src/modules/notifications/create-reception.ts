// Handles incoming requests: clicks on unsubscribe links, and events of mail providers.
import { createOutbound } from '../../clients/http/public-address.js';
import type { ModuleHost } from '../../scheduler/public.js';
import { createProviders } from './events/providers.js';
import { createReceiveEvents, type ReceiveEvents } from './events/receive-events.js';
import type { SnsClient } from './events/ses.js';
import { createSnsClient } from './events/sns-client.js';
import type { NotificationsOptions } from './options.js';
import { createUnsubscribing, type Unsubscribing } from './recipients/unsubscribe.js';

export interface Reception {
  readonly unsubscribing: Unsubscribing;
  readonly receive: ReceiveEvents;
  close(): Promise<void>;
}

export interface ReceptionDeps {
  /** Default: requests to public addresses alone. */
  readonly sns?: SnsClient;
}

/** Throws INVALID_CONFIG for an invalid secret of a provider. */
export function createReception(
  host: ModuleHost,
  { eventSecrets = {} }: Pick<NotificationsOptions, 'eventSecrets'>,
  { sns }: ReceptionDeps = {},
): Reception {
  const dispatcher = createOutbound({ allowPrivate: false });
  const providers = createProviders(eventSecrets, sns ?? createSnsClient(dispatcher));
  return {
    unsubscribing: createUnsubscribing(host),
    receive: createReceiveEvents(host, providers),
    close: () => dispatcher.close(),
  };
}
