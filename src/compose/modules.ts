// The modules of the server: one line for each. What a module does not find configured, it says in its health part.
import type { Config } from '../base/config.js';
import { enrichment } from '../modules/enrichment/index.js';
import { webhooks } from '../modules/webhooks/index.js';
import type { AnyModule } from '../scheduler/modules/index.js';

/** Pure. In the order in which they start. */
export const serverModules = ({
  modules: { allowPrivateWebhooks, enrichmentUrl },
}: Pick<Config, 'modules'>): AnyModule[] => [
  webhooks({ allowPrivate: allowPrivateWebhooks }),
  enrichment(enrichmentUrl === null ? {} : { url: enrichmentUrl }),
];
