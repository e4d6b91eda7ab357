// Every environment variable that the server reads: what it may be and what it is when it is not set.
import { validate as isCron } from 'node-cron';
import { z } from 'zod';
import { isDaysLadder, LADDER_MAY_BE } from './days-ladder.js';
import { parseNamedTokens } from '../secrets/named-tokens.js';
import { isSchemaName, SCHEMA_NAMES } from '../options/schema-name.js';

const text = (): z.ZodString => z.string().trim().min(1);

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .meta({ may: `a whole number from ${min} to ${max}` });

const int = (min: number, max: number, standard: number) => wholeNumber(min, max).default(standard);

const seconds = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d{1,3})?$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .meta({ may: `seconds from ${min} to ${max}` });

const flag = (standard: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .transform((value) => value === 'true' || value === '1')
    .default(standard)
    .meta({ may: '`true` or `false`' });

const maybeFlag = () =>
  z
    .enum(['true', 'false', '1', '0'])
    .transform((value) => value === 'true' || value === '1')
    .optional()
    .meta({ may: '`true` or `false`' });

const mailbox = () =>
  text()
    .regex(/^(?:[^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/)
    .optional()
    .meta({ may: 'a mail address, such as `no-reply@example.com` or `Shop <no-reply@example.com>`' });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, standard: T[number]) =>
  z
    .enum(values)
    .default(standard)
    .meta({ may: `one of ${values.map((value) => `\`${value}\``).join(', ')}` });

const list = () =>
  text()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every((entry) => entry !== ''))
    .optional()
    .meta({ may: 'a value, or several, comma-separated, none empty' });

const tableName = () =>
  text()
    .regex(/^[^."]{1,63}(\.[^."]{1,63})?$/)
    .optional()
    .meta({ may: 'the name of a table, such as `subs` or `crm.subs`' });

const secret = () => text().regex(/^\S+$/).optional().meta({ may: 'a secret without white space' });

const postgresUrl = () =>
  text()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .meta({ may: 'a URL that begins with `postgres://`' });

const httpUrl = () =>
  z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ may: 'a URL that begins with `http://` or `https://`' });

const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return !/^[+-]/.test(zone);
  } catch {
    return false;
  }
};

const isKey = (entry: string): boolean => /^[\w.-]{1,64}:/.test(entry) && keyBytes(entry).length === 32;
const idOf = (entry: string): string => entry.slice(0, entry.indexOf(':'));
const keyBytes = (entry: string): Buffer => Buffer.from(entry.slice(entry.indexOf(':') + 1), 'base64');

/** Modules whose processes run with the batch. */
const BATCH_MODULES = ['billing', 'upkeep', 'analytics'] as const;
export type BatchModule = (typeof BATCH_MODULES)[number];

/** Tables of the host that the module `upkeep` cleans. */
const CLEANED_TABLES = ['verification_codes', 'oauth_states', 'page_visits'] as const;
export type CleanedTable = (typeof CLEANED_TABLES)[number];

export const configVariables = z.object({
  NODE_ENV: oneOf(['development', 'test', 'production'], 'development'),
  LOG_LEVEL: oneOf(['error', 'warn', 'info', 'debug'], 'info'),
  HOST: text().default('127.0.0.1').meta({ may: 'an address to listen on' }),
  PORT: int(0, 65_535, 3000),

  DATABASE_URL: postgresUrl(),
  DATABASE_DIRECT_URL: postgresUrl(),
  DATABASE_SCHEMA: text().refine(isSchemaName).default('punctual').meta({ may: SCHEMA_NAMES }),
  DATABASE_POOL_MAX: int(2, 1_000, 10),
  DATABASE_WAIT_S: seconds(0, 86_400).default(0),
  MIGRATE_ON_START: flag(true),

  ADMIN_TOKEN: text()
    .transform((value) => parseNamedTokens(value, 'admin'))
    .refine((tokens) => tokens !== null)
    .optional()
    .meta({
      may: 'a token, or several as `alice:token,viewer/bob:token`, none empty and without white space; a role is viewer, operator or admin',
    }),
  CRON_SECRET: secret(),
  WORKER_SECRET_TOKEN: secret(),
  METRICS_TOKEN: secret(),
  API_JWT_SECRET: secret(),
  API_JWKS_URL: httpUrl(),
  API_JWT_AUDIENCE: list(),
  API_JWT_ISSUER: list(),
  API_JWT_ALLOW_NO_EXP: flag(false),
  ENCRYPTION_KEYS: text()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every(isKey) && new Set(entries.map(idOf)).size === entries.length)
    .transform((entries) => entries.map((entry) => ({ id: idOf(entry), key: keyBytes(entry) })))
    .optional()
    .meta({ may: 'keys of 32 bytes as `id:base64`, comma-separated, each id once; the first encrypts' }),

  SCHEDULER_ENABLED: flag(true),
  WORKER_ENABLED: flag(true),
  WORKER_CONCURRENCY: int(1, 1_000, 10),
  WEBHOOK_ALLOW_PRIVATE: flag(false),
  ENRICHMENT_URL: httpUrl(),
  PUNCTUAL_MODULES: list(),
  NOTIFICATIONS_ENABLED: maybeFlag(),
  SMTP_URL: list()
    .refine((urls) => urls === undefined || urls.every((url) => /^smtps?:\/\/[^/]/.test(url)))
    .meta({ may: 'a URL that begins with `smtp://` or `smtps://`, or several in order, comma-separated' }),
  MAIL_FROM: mailbox(),
  MAIL_REPLY_TO: mailbox(),
  DKIM_DOMAIN: text().optional().meta({ may: 'a domain' }),
  DKIM_SELECTOR: text().optional().meta({ may: 'the name under which the public key is published' }),
  DKIM_PRIVATE_KEY: text()
    .regex(/PRIVATE KEY/)
    .optional()
    .meta({ may: 'a private key in PEM; line ends may be written as `\\n`' }),
  PUBLIC_URL: httpUrl(),
  SMS_GATEWAY_URL: httpUrl(),
  SMS_GATEWAY_TOKEN: secret(),
  WHATSAPP_GATEWAY_URL: httpUrl(),
  WHATSAPP_GATEWAY_TOKEN: secret(),
  NOTIFY_TOKEN: secret(),
  NOTIFY_CONCURRENCY: int(1, 200, 5),
  NOTIFY_RATE_PER_S: int(0, 100_000, 50),
  NOTIFY_KEEP_DAYS: int(1, 3_650, 90),
  DIGEST_SUMMARY_URL: httpUrl(),
  DIGEST_SUMMARY_KEY: secret(),
  DIGEST_SUMMARY_MODEL: text().default('gpt-4o-mini').meta({ may: 'the name of a model' }),
  NOTIFY_EVENT_SECRETS: text()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every((entry) => /^(postmark|ses|resend|generic):\S+$/.test(entry)))
    .transform((entries) =>
      Object.fromEntries(entries.map((entry) => [idOf(entry), entry.slice(idOf(entry).length + 1)])),
    )
    .optional()
    .meta({ may: '`provider:secret`, or several, comma-separated; a provider is postmark, ses, resend or generic' }),
  HEALTH_BACKLOG_WARN: int(0, 100_000_000, 1_000),
  HEALTH_FAILED_WARN: int(0, 100_000_000, 100),
  MEMBERS_API_URL: httpUrl(),
  MEMBERS_API_STYLE: oneOf(['page', 'cursor'], 'page'),
  IMPORT_PARALLEL_PAGES: int(1, 32, 4),
  IMPORT_CONCURRENCY: int(1, 100, 4),
  LISTS_MAX_MEMBERS: int(1, 100_000_000, 5_000_000),
  LISTS_MAX_UPLOAD_BYTES: int(1, 107_374_182_400, 1_073_741_824),
  LISTS_KEEP_DAYS: wholeNumber(1, 36_500).optional(),
  BATCH_MODULES: text()
    .transform((value) => (value === 'none' ? [] : value.split(',').map((name) => name.trim())))
    .pipe(z.array(z.enum(BATCH_MODULES)))
    .default([...BATCH_MODULES])
    .meta({ may: `\`none\`, or some of ${BATCH_MODULES.join(', ')}, comma-separated` }),
  STRIPE_SECRET_KEY: secret(),
  STRIPE_API_BASE: httpUrl(),
  PAGE_PRICE_CENTS: int(1, 99_999_999, 799),
  PAGE_CURRENCY: text()
    .regex(/^[a-z]{3}$/)
    .default('usd')
    .meta({ may: 'a currency code of three lower-case letters' }),
  PAGE_CHARGES_PARALLEL: int(1, 200, 20),
  SLACK_BOT_TOKEN: secret(),
  SLACK_API_URL: httpUrl(),
  BILLING_PORTAL_URL: httpUrl(),
  BILLING_LINK_SECRET: secret(),
  DUNNING_DAYS: text()
    .transform((value) => value.split(',').map((day) => (/^\s*\d{1,3}\s*$/.test(day) ? Number(day) : NaN)))
    .refine(isDaysLadder)
    .default([0, 3, 7, 14])
    .meta({ may: `${LADDER_MAY_BE}, comma-separated` }),
  CLEANUP_TABLES: text()
    .transform((value) => (value === 'none' ? [] : value.split(',').map((name) => name.trim())))
    .pipe(z.array(z.enum(CLEANED_TABLES)))
    .default([...CLEANED_TABLES])
    .meta({ may: `\`none\`, or some of ${CLEANED_TABLES.join(', ')}, comma-separated` }),
  VERIFICATION_CODES_KEEP_DAYS: int(1, 36_500, 30),
  PAGE_VISITS_KEEP_DAYS: int(1, 36_500, 400),
  ENGAGEMENT_EMAILS: oneOf(['admins', 'members', 'off'], 'admins'),
  ENGAGEMENT_STATS_URL: httpUrl(),
  SCHEDULER_TICK: text()
    .refine((pattern) => isCron(pattern))
    .default('*/10 * * * * *')
    .meta({ may: 'a cron expression of five or six fields' }),
  BATCH_CRON: text()
    .refine((pattern) => pattern === 'off' || isCron(pattern))
    .default('*/5 * * * *')
    .meta({ may: '`off`, or a cron expression of five or six fields' }),
  RUN_BUDGET_S: seconds(1, 86_400).default(300),
  RUN_ALERT_S: seconds(1, 86_400).optional(),
  SHUTDOWN_GRACE_S: seconds(0, 3_600).default(30),
  LEASE_S: seconds(1, 86_400).default(60),
  HEARTBEAT_S: seconds(0.1, 3_600).default(2),

  SUBSCRIPTION_WORKER_URL: httpUrl(),
  SUBSCRIPTION_WORKER_TOKEN: secret(),
  SUBSCRIPTION_BATCH_SIZE: int(1, 10_000, 100),
  SUBSCRIPTION_PARALLEL: int(1, 1_000, 5),
  SUBSCRIPTION_MAX_PARALLEL: wholeNumber(1, 1_000).optional(),
  SUBSCRIPTION_TIMEOUT_MS: int(1, 3_600_000, 30_000),
  SUBSCRIPTION_MAX_ATTEMPTS: int(1, 100, 5),
  SUBSCRIPTION_RETRY_BASE_S: seconds(0, 86_400).default(60),
  SUBSCRIPTION_SUSPEND_AFTER: int(0, 1_000_000, 5),
  SUBSCRIPTION_DEFAULT_TIMEZONE: text()
    .refine(isZone)
    .default('UTC')
    .meta({ may: 'an IANA time zone such as `Europe/Berlin`' }),
  SUBSCRIPTION_TABLE: tableName(),
  SUBSCRIPTION_PROCESSING_TABLE: tableName(),
});

export type ConfigVariables = z.output<typeof configVariables>;
export type VariableName = keyof ConfigVariables;

/** What a variable may be, in words. */
export function mayBe(name: VariableName): string {
  const { may } = (described(configVariables.shape[name]).meta() ?? {}) as { may?: string };
  return may ?? 'set to something else';
}

/** Defaults and optionals wrap the schema that carries the words. */
function described(schema: z.ZodType): z.ZodType {
  if (schema.meta()?.may !== undefined) return schema;
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? described(schema.unwrap() as z.ZodType)
    : schema;
}

export const variableNames = Object.keys(configVariables.shape) as VariableName[];
