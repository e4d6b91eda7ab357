// The supported providers of events, each with its own verification.
import type { EventProvider } from '../options.js';
import { generic } from './generic.js';
import type { EventProviderClient } from './mail-event.js';
import { postmark } from './postmark.js';
import { resend } from './resend.js';
import { ses, type SnsClient } from './ses.js';

export type Providers = ReadonlyMap<string, EventProviderClient>;

/** The providers that have a secret. Throws INVALID_CONFIG for an invalid secret. */
export function createProviders(secrets: Readonly<Partial<Record<EventProvider, string>>>, sns: SnsClient): Providers {
  const make: Readonly<Record<EventProvider, (secret: string) => EventProviderClient>> = {
    ...{ postmark, resend, generic },
    ses: (topics) => ses(topics, sns),
  };
  return new Map(
    (Object.keys(make) as EventProvider[]).flatMap((name) => {
      const secret = secrets[name];
      return secret === undefined || secret === '' ? [] : [[name, make[name](secret)] as const];
    }),
  );
}
