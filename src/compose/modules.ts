// The modules of the server: one line for each, plus those named in PUNCTUAL_MODULES.
import type { Config } from '../base/config/config.js';
import { analytics } from '../modules/analytics/index.js';
import { billing } from '../modules/billing/index.js';
import { digests } from '../modules/digests/index.js';
import { enrichment } from '../modules/enrichment/index.js';
import { lists } from '../modules/lists/index.js';
import { notificationsFor } from './notifications.js';
import { upkeep } from '../modules/upkeep/index.js';
import { webhooks } from '../modules/webhooks/index.js';
import type { AnyModule } from '../scheduler/modules/index.js';
import { loadHostModules } from './host-modules.js';

type Wanted = Config['modules'];

/** Pure. The modules of the package, in the order in which they start. */
export const ownModules = ({
  allowPrivateWebhooks,
  enrichmentUrl,
  notifications: mail,
  lists: { membersApiUrl, ...listLimits },
  batch,
  billing: billingOptions,
  upkeep: upkeepOptions,
  analytics: analyticsOptions,
}: Omit<Wanted, 'fromFiles'>): readonly AnyModule[] => [
  webhooks({ allowPrivate: allowPrivateWebhooks }),
  enrichment(enrichmentUrl === null ? {} : { url: enrichmentUrl }),
  ...(batch.includes('billing') ? [billing(billingOptions)] : []),
  ...(batch.includes('upkeep') ? [upkeep(upkeepOptions)] : []),
  ...(batch.includes('analytics') ? [analytics(analyticsOptions)] : []),
  ...(mail === null ? [] : [notificationsFor(mail), digests({ summary: mail.digestSummary })]),
  lists({ ...listLimits, ...(membersApiUrl === null ? {} : { membersApiUrl }) }),
];

/** With those of the host after them. Throws INVALID_CONFIG for one that cannot be loaded. */
export const serverModules = async ({ modules }: { readonly modules: Wanted }): Promise<readonly AnyModule[]> => [
  ...ownModules(modules),
  ...(await loadHostModules(modules.fromFiles)),
];
