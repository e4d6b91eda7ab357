// Digests as a module: a schedule for each recipient and group, and one mail with what is new whenever it falls due.
import { checkOptions } from '../../base/options/check-options.js';
import { createChatClient } from '../../clients/chat/chat-completions.js';
import type { Notifier } from '../../clients/notifier.js';
import { defineModule, type ModuleDefinition, type ModuleHost } from '../../scheduler/public.js';
import { adoptedTables } from './adopted-tables.js';
import { createDigestSchedules, type DigestSchedules } from './api/create-digests.js';
import { createDigestOperations, type DigestOperations } from './api/operate-digests.js';
import { createPreview, type PreviewDigest } from './api/preview-digest.js';
import { areUpdatesIndexed } from './db/updates-index.js';
import { DIGEST_ERRORS } from './errors.js';
import { createDigestCounts, type DigestCounts } from './metrics.js';
import { DEFAULTS, DIGEST_RULES, type DigestsOptions } from './options.js';
import { digestRowSchedule } from './plan/digest-row-schedule.js';
import { adminDigestRoutes } from './routes/admin-routes.js';
import { DIGEST_PAGES } from './routes/digest-pages.js';
import { digestRoutes } from './routes/digest-routes.js';
import { previewRoute } from './routes/preview-route.js';
import { createSummarizer, type Summarizer } from './summary/create-summarizer.js';
import { prepareDigest } from './summary/prepare-digest.js';

/** What `scheduler.module(…)` returns. */
export interface Digests {
  readonly schedules: DigestSchedules;
  /** The next digest of a schedule as it would be if it were sent now. Throws DIGEST_SCHEDULE_NOT_FOUND. */
  readonly preview: PreviewDigest;
}

interface DigestsState extends Digests {
  readonly operations: DigestOperations;
  readonly counts: DigestCounts;
  readonly summarizer: Summarizer | null;
  onPlanned(counts: { readonly sent: number; readonly skipped: number }): void;
}

/** Add it to `createScheduler({ modules })`, after `notifications(…)`. Throws INVALID_CONFIG for an invalid option. */
export function digests(options: DigestsOptions = {}): ModuleDefinition<Digests> {
  checkOptions('INVALID_CONFIG', 'digests', options, DIGEST_RULES);
  return defineModule<DigestsState>({
    name: 'digests',
    description: 'Digests: mails with what is new in a group, at each recipient’s local time',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    adopts: adoptedTables(options),
    errors: DIGEST_ERRORS,
    create: (host) => createDigests(host, options),
    rows: [digestRowSchedule<DigestsState>(options)],
    adminRoutes: (_host, state) => adminDigestRoutes(state),
    adminPages: DIGEST_PAGES,
    userRoutes: (_host, { schedules, preview }) => [...digestRoutes(schedules), previewRoute(preview)],
    metrics: (_host, registry, { counts }) => counts.register(registry),
    health: async (host) =>
      (await areUpdatesIndexed(host.db))
        ? { status: 'ok' }
        : {
            status: 'degraded',
            message: 'the table of updates has no index that begins with its group: each digest reads all of it',
          },
    start: (host, { summarizer }) => {
      const notifier = host.use<Notifier>('notifications');
      if (summarizer !== null) notifier.prepare('digest', prepareDigest(summarizer));
    },
  });
}

function createDigests(host: ModuleHost, options: DigestsOptions): DigestsState {
  const counts = createDigestCounts();
  const { summary = null } = options;
  const chat =
    summary === null
      ? null
      : createChatClient({
          url: summary.url,
          key: summary.key ?? null,
          model: summary.model ?? DEFAULTS.model,
          timeoutMs: summary.timeoutMs ?? DEFAULTS.timeoutMs,
        });
  return {
    schedules: createDigestSchedules(host),
    operations: createDigestOperations(host),
    preview: createPreview(host, options),
    counts,
    summarizer: chat === null ? null : createSummarizer({ chat, logger: host.logger, onEnd: counts.summary }),
    onPlanned: counts.planned,
  };
}
