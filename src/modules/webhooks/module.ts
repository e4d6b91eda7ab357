// Webhooks as a module: endpoints are notified of ended jobs by signed HTTP calls.
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { flag } from '../../base/options/option-rules.js';
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { createWebhooks, type Webhooks, type WebhooksState } from './create-webhooks.js';
import { WEBHOOK_ERRORS } from './errors.js';
import { webhookRoutes } from './routes/webhook-routes.js';
import { WEBHOOK_PAGES } from './routes/webhook-pages.js';

export interface WebhooksOptions {
  /** Endpoints may have private and loopback addresses, and plain HTTP. For development and tests. Default false. */
  readonly allowPrivate?: boolean;
}

export const WEBHOOK_RULES: RulesOf<WebhooksOptions> = { allowPrivate: flag };

/** Add it to `createScheduler({ modules })`; `scheduler.module(…)` returns its API. Needs encryption keys to store secrets. */
export function webhooks(options: WebhooksOptions = {}): ModuleDefinition<Webhooks> {
  checkOptions('INVALID_CONFIG', 'webhooks', options, WEBHOOK_RULES);
  const { allowPrivate = false } = options;
  return defineModule<WebhooksState>({
    name: 'webhooks',
    description: 'Signed HTTP calls about the ends of jobs',
    migrations: new URL('./db/migrations/', import.meta.url),
    errors: WEBHOOK_ERRORS,
    create: (host) => createWebhooks(host, { allowPrivate }),
    jobs: (_host, { job }) => [job],
    jobEnds: (_host, { listener }) => listener,
    adminRoutes: (_host, state) => webhookRoutes(state),
    adminPages: WEBHOOK_PAGES,
    stop: (_host, state) => state.close(),
  });
}
