// Billing as a module: queued pages are charged and published, and the team is notified.
import { checkOptions } from '../../base/options/check-options.js';
import { createSlackChat } from '../../clients/slack/chat.js';
import { createStripePayments } from '../../clients/stripe/stripe-payments.js';
import type { Payments } from '../../clients/stripe/payments.js';
import type { Notifier } from '../../clients/notifier.js';
import { defineModule, type AnyJob, type ModuleDefinition, type ModuleHost } from '../../scheduler/public.js';
import { queuedPages } from './charge/queued-pages.js';
import { createSettler, type Follow } from './charge/settler.js';
import { dunningEmails, dunningLadder, missingForDunning } from './dunning/dunning.js';
import { BILLING_ERRORS } from './errors.js';
import { AUTHENTICATION_TEMPLATE, authenticationMail } from './mail/authentication-mail.js';
import { BILLING_DEFAULTS, BILLING_RULES, type BillingOptions } from './options.js';
import { announcePage } from './publish/announce-page.js';
import { billingRoutes } from './routes/billing-routes.js';
import { BILLING_PAGES } from './routes/billing-pages.js';

const DUNNING_LOG_DAYS = 400;

interface State {
  readonly announce: AnyJob | null;
  readonly mail: AnyJob | null;
  readonly payments: Payments | null;
  readonly missing: () => readonly string[];
}

/** Add it to `createScheduler({ modules })`. Throws INVALID_CONFIG for invalid options. */
export function billing(options: BillingOptions = {}): ModuleDefinition {
  checkOptions('INVALID_CONFIG', 'billing', options, BILLING_RULES);
  const { tables = {}, portalUrl, linkSecret, dunningDays: ladder = BILLING_DEFAULTS.dunningDays } = options;
  const { parallel = BILLING_DEFAULTS.parallel } = options;
  const price = {
    amountCents: options.pagePriceCents ?? BILLING_DEFAULTS.pagePriceCents,
    currency: options.pageCurrency ?? BILLING_DEFAULTS.pageCurrency,
  };
  return defineModule<State>({
    name: 'billing',
    description: 'Charges pages that are queued for publication, and publishes them',
    migrations: new URL('./db/migrations/', import.meta.url),
    adopts: { host_teams: tables.teams ?? 'teams', host_users: tables.users ?? 'users' },
    errors: BILLING_ERRORS,
    retention: [{ table: 'billing_dunning_log', column: 'at', keepDays: DUNNING_LOG_DAYS }],
    rows: portalUrl && linkSecret ? [dunningLadder<State>({ ladder, portalUrl, linkSecret })] : [],
    create: (host) => createState(host, options),
    jobs: (_host, { announce, mail }) => [announce, mail].flatMap((job) => job ?? []),
    processes: (host, state) => {
      const { payments, missing } = state;
      const settler = createSettler({ db: host.db, enqueueMany: host.enqueueMany, follow: followUp(host, state) });
      const { db, clock, newId } = host;
      return [
        queuedPages({ db, clock, newId, payments: payments ?? NO_PAYMENTS, settler, price, parallel, missing }),
        dunningEmails(host, () => missingForDunning(host, options)),
      ];
    },
    adminRoutes: (host, { missing }) => billingRoutes({ host, missing }),
    adminPages: BILLING_PAGES,
    start: (host) => host.find<Notifier>('notifications')?.registerTemplate(AUTHENTICATION_TEMPLATE),
  });
}

function createState(host: ModuleHost, options: BillingOptions): State {
  const { db, clock } = host;
  const { stripeSecretKey, stripeApiBase: baseUrl = null, slackBotToken, slackApiUrl: apiUrl = null } = options;
  const { portalUrl, linkSecret } = options;
  const payments =
    options.payments ?? (stripeSecretKey ? createStripePayments({ secretKey: stripeSecretKey, baseUrl, clock }) : null);
  const chat = options.chat ?? (slackBotToken ? createSlackChat({ token: slackBotToken, apiUrl }) : null);
  const notifier = (): Notifier | undefined => host.find<Notifier>('notifications');
  return {
    payments,
    announce: chat && announcePage({ db, chat, now: host.now }),
    mail: portalUrl && linkSecret ? authenticationMail({ db, clock, notifier, portalUrl, linkSecret }) : null,
    missing: () => (payments ? [] : ['STRIPE_SECRET_KEY']),
  };
}

/** The jobs after a settled charge: a message in the team's channel, or a mail to its admins. */
const followUp =
  (host: ModuleHost, { announce, mail }: State): Follow =>
  ({ page, outcome }) => {
    if (outcome === null) return [];
    const ids = { page_id: page.id, team_id: page.team_id ?? '', charge_id: outcome.id };
    if (outcome.status === 'paid' && announce && page.slack_channel !== null) {
      return [{ job: announce, payload: { ...ids, channel: page.slack_channel, name: page.name } }];
    }
    const asks = outcome.status === 'declined' && outcome.reason === 'authentication_required';
    return asks && mail && host.find('notifications') ? [{ job: mail, payload: ids }] : [];
  };

/** Never called: without a provider the process is disabled. */
const unavailable = async () => ({ kind: 'key_refused', message: 'no payment provider is set up' }) as const;
const NO_PAYMENTS: Payments = {
  methodOf: unavailable,
  charge: unavailable,
  retrieve: unavailable,
  find: unavailable,
  cancel: unavailable,
};
