// The part of the environment that concerns notifications: which are sent, how, and which settings contradict each other.
import type { ConfigVariables, VariableName } from './config-variables.js';
import type { FieldError } from '../errors.js';

export interface NotificationsConfig {
  /** In order; empty: mails are written to files. */
  readonly smtpUrls: readonly string[];
  readonly from: string;
  readonly replyTo: string | null;
  readonly dkim: { readonly domain: string; readonly selector: string; readonly privateKey: string } | null;
  readonly publicUrl: string | null;
  readonly gateways: readonly GatewayConfig[];
  readonly concurrency: number;
  /** null: no limit. */
  readonly ratePerS: number | null;
  readonly keepDays: number;
  readonly backlogWarn: number;
  readonly failedWarn: number;
  /** By provider. */
  readonly eventSecrets: Readonly<Record<string, string>>;
  /** What digests begin with; null: they have no summary. */
  readonly digestSummary: { readonly url: string; readonly key: string | null; readonly model: string } | null;
}

export interface GatewayConfig {
  readonly method: 'sms' | 'whatsapp';
  readonly url: string;
  readonly token: string | null;
}

/** The sender in development, where nothing is sent without SMTP_URL. */
const DEVELOPMENT_FROM = 'Punctual <notifications@localhost>';

const isEnabled = (env: ConfigVariables): boolean =>
  env.NOTIFICATIONS_ENABLED ?? (env.SMTP_URL !== undefined || env.NODE_ENV === 'development');

/** Pure. Of a mailbox: `Shop <no-reply@example.com>` or the bare address. */
export const domainOf = (mailbox: string): string => mailbox.replace(/>\s*$/, '').split('@').at(-1) ?? '';

/** null: notifications are not enabled. */
export function notificationsConfig(env: ConfigVariables): NotificationsConfig | null {
  if (!isEnabled(env)) return null;
  const { MAIL_FROM: from = DEVELOPMENT_FROM, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY: key } = env;
  const domain = env.DKIM_DOMAIN ?? domainOf(from);
  return {
    smtpUrls: env.SMTP_URL ?? [],
    from,
    replyTo: env.MAIL_REPLY_TO ?? null,
    // a multi-line key fits into one variable if its line ends are written as \n
    dkim:
      selector === undefined || key === undefined
        ? null
        : { domain, selector, privateKey: key.replaceAll('\\n', '\n') },
    publicUrl: env.PUBLIC_URL ?? null,
    gateways: [
      ...gatewayOf('sms', env.SMS_GATEWAY_URL, env.SMS_GATEWAY_TOKEN),
      ...gatewayOf('whatsapp', env.WHATSAPP_GATEWAY_URL, env.WHATSAPP_GATEWAY_TOKEN),
    ],
    concurrency: env.NOTIFY_CONCURRENCY,
    ratePerS: env.NOTIFY_RATE_PER_S === 0 ? null : env.NOTIFY_RATE_PER_S,
    keepDays: env.NOTIFY_KEEP_DAYS,
    backlogWarn: env.HEALTH_BACKLOG_WARN,
    failedWarn: env.HEALTH_FAILED_WARN,
    eventSecrets: env.NOTIFY_EVENT_SECRETS ?? {},
    digestSummary:
      env.DIGEST_SUMMARY_URL === undefined
        ? null
        : { url: env.DIGEST_SUMMARY_URL, key: env.DIGEST_SUMMARY_KEY ?? null, model: env.DIGEST_SUMMARY_MODEL },
  };
}

const gatewayOf = (
  method: GatewayConfig['method'],
  url: string | undefined,
  token: string | undefined,
): GatewayConfig[] => (url === undefined ? [] : [{ method, url, token: token ?? null }]);

/** What is missing or does not fit together, by the variable. */
export function notificationErrors(env: ConfigVariables): FieldError[] {
  if (!isEnabled(env)) return [];
  const rules: [boolean, VariableName, string][] = [
    [
      env.SMTP_URL === undefined && env.NODE_ENV === 'production',
      'SMTP_URL',
      'must be set in production while notifications are enabled (NOTIFICATIONS_ENABLED=false switches them off)',
    ],
    [env.SMTP_URL !== undefined && env.MAIL_FROM === undefined, 'MAIL_FROM', 'must be set if SMTP_URL is'],
    [
      (env.DKIM_SELECTOR === undefined) !== (env.DKIM_PRIVATE_KEY === undefined),
      env.DKIM_SELECTOR === undefined ? 'DKIM_SELECTOR' : 'DKIM_PRIVATE_KEY',
      'must be set as well: a signature needs DKIM_SELECTOR and DKIM_PRIVATE_KEY',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}
