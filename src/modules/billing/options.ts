// The options of the billing module. The defaults are those of the environment variables in docs/billing.md.
import type { RulesOf } from '../../base/options/check-options.js';
import { isDaysLadder, LADDER_MAY_BE } from '../../base/config/days-ladder.js';
import {
  having,
  matching,
  nonEmpty,
  options as optionsOf,
  orNull,
  rule,
  url,
  wholeNumber,
} from '../../base/options/option-rules.js';
import type { Chat } from '../../clients/slack/chat.js';
import type { Payments } from '../../clients/stripe/payments.js';

export interface BillingOptions {
  /** Stripe's secret key. Without it no page is charged. */
  readonly stripeSecretKey?: string | null;
  /** URL of Stripe's API. Default: Stripe's own. */
  readonly stripeApiBase?: string | null;
  /** Replaces Stripe. */
  readonly payments?: Payments;
  /** Price of one page, in the smallest unit of the currency. Default 799. */
  readonly pagePriceCents?: number;
  /** Default `usd`. */
  readonly pageCurrency?: string;
  /** Charges at once. Default 20. */
  readonly parallel?: number;
  /** Without it no message is posted. */
  readonly slackBotToken?: string | null;
  readonly slackApiUrl?: string | null;
  /** Replaces Slack. */
  readonly chat?: Chat;
  /** Page on which a team updates its payment method. Mails with a link to it need this and `linkSecret`. */
  readonly portalUrl?: string | null;
  /** Signs these links; the portal verifies them with `readBillingLink`. At least 16 characters. */
  readonly linkSecret?: string | null;
  /**
   * Days after the first mail on which a team that is past due gets another one: 1 to 20 days, each at least 3 after the previous one.
   * Default 0, 3, 7, 14.
   */
  readonly dunningDays?: readonly number[];
  /** Names of the host's tables. Default `teams` and `users`. */
  readonly tables?: { readonly teams?: string; readonly users?: string };
}

export const BILLING_DEFAULTS = {
  pagePriceCents: 799,
  pageCurrency: 'usd',
  parallel: 20,
  dunningDays: [0, 3, 7, 14],
} as const;

export const BILLING_RULES: RulesOf<BillingOptions> = {
  stripeSecretKey: orNull(nonEmpty),
  stripeApiBase: orNull(url('http', 'https')),
  payments: having('an object with the methods of Payments', 'methodOf', 'charge', 'retrieve', 'find', 'cancel'),
  pagePriceCents: wholeNumber(1, 99_999_999),
  pageCurrency: matching(/^[a-z]{3}$/, 'a currency code of three lower-case letters'),
  parallel: wholeNumber(1, 200),
  slackBotToken: orNull(nonEmpty),
  slackApiUrl: orNull(url('http', 'https')),
  chat: having('an object with the methods of Chat', 'post', 'has'),
  portalUrl: orNull(url('http', 'https')),
  linkSecret: orNull(matching(/^.{16,}$/s, 'a string of at least 16 characters')),
  dunningDays: rule(LADDER_MAY_BE, isDaysLadder),
  tables: optionsOf({ teams: nonEmpty, users: nonEmpty }),
};
