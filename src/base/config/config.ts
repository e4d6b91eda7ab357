// Reads the environment once and validates all of it: an invalid value prevents the start, and is named together with the allowed values.
import { randomBytes } from 'node:crypto';
import { analyticsConfig, upkeepConfig, type AnalyticsConfig, type UpkeepConfig } from './config-upkeep.js';
import {
  configVariables,
  mayBe,
  variableNames,
  type BatchModule,
  type ConfigVariables,
  type VariableName,
} from './config-variables.js';
import { notificationErrors, notificationsConfig, type NotificationsConfig } from './config-notifications.js';
import { SchedulerError, type FieldError } from '../errors.js';
import type { NamedToken } from '../secrets/named-tokens.js';
import { SHORTEST_SECRET } from '../secrets/secret-strength.js';

export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes, for AES-256. */
  readonly key: Buffer;
}

/** Seconds are `…S`, milliseconds `…Ms`; null is "not set". */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly host: string;
  readonly port: number;
  readonly database: {
    /** null: the embedded server. */
    readonly url: string | null;
    readonly directUrl: string | null;
    readonly schema: string;
    readonly poolMax: number;
    readonly migrateOnStart: boolean;
    /** How long a start waits for the database to come up. */
    readonly waitS: number;
  };
  readonly auth: {
    readonly adminTokens: readonly NamedToken[];
    /** True if the token was generated here and should be shown to the developer. */
    readonly adminTokenGenerated: boolean;
    readonly cronSecret: string | null;
    readonly workerSecretToken: string | null;
    readonly metricsToken: string | null;
    /** Grants access to the routes for sending notifications. */
    readonly notifyToken: string | null;
    readonly apiJwtSecret: string | null;
    readonly apiJwksUrl: string | null;
    /** Empty: not checked. */
    readonly apiJwtAudience: readonly string[];
    readonly apiJwtIssuer: readonly string[];
    readonly apiJwtAllowNoExp: boolean;
    readonly encryptionKeys: readonly EncryptionKey[];
  };
  readonly scheduler: {
    readonly enabled: boolean;
    readonly workerEnabled: boolean;
    /** Cron pattern of the heartbeat, UTC. */
    readonly tick: string;
    /** When the batch processes run, UTC; null: only when the endpoint is called. */
    readonly batchCron: string | null;
    readonly runBudgetS: number;
    readonly runAlertS: number;
    readonly shutdownGraceS: number;
    readonly leaseS: number;
    readonly heartbeatS: number;
  };
  readonly queue: {
    /** Jobs that one process runs at once. */
    readonly concurrency: number;
  };
  readonly modules: {
    /** Webhooks may go to private addresses and over plain HTTP. */
    readonly allowPrivateWebhooks: boolean;
    /** null: the provider's own address. */
    readonly enrichmentUrl: string | null;
    /** null: there are none. */
    readonly notifications: NotificationsConfig | null;
    readonly lists: {
      /** null: no members API, only files. */
      readonly membersApiUrl: string | null;
      readonly membersApiStyle: 'page' | 'cursor';
      readonly parallelPages: number;
      readonly concurrency: number;
      readonly maxMembers: number;
      readonly maxUploadBytes: number;
      /** null: kept. */
      readonly keepDays: number | null;
    };
    /** The modules with batch processes that are used. */
    readonly batch: readonly BatchModule[];
    readonly billing: {
      readonly stripeSecretKey: string | null;
      readonly stripeApiBase: string | null;
      readonly pagePriceCents: number;
      readonly pageCurrency: string;
      readonly parallel: number;
      readonly slackBotToken: string | null;
      readonly slackApiUrl: string | null;
      readonly portalUrl: string | null;
      readonly linkSecret: string | null;
      readonly dunningDays: readonly number[];
    };
    readonly upkeep: UpkeepConfig;
    readonly analytics: AnalyticsConfig;
    /** Files or packages whose default export is a module of the host's. */
    readonly fromFiles: readonly string[];
  };
  readonly subscriptions: {
    readonly workerUrl: string;
    readonly workerToken: string | null;
    readonly batchSize: number;
    readonly parallel: number;
    readonly maxParallel: number;
    readonly timeoutMs: number;
    readonly maxAttempts: number;
    readonly retryBaseS: number;
    readonly suspendAfter: number;
    readonly defaultTimezone: string;
    /** The host's names for its tables; null: the usual ones. */
    readonly table: string | null;
    readonly processingTable: string | null;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const STANDARD_ALERT_S = 250;

/** Where the example subscription worker listens in development. */
const EXAMPLE_WORKER_URL = 'http://127.0.0.1:4000';

/** Names of variables that must be set in production. */
export type Needed = readonly VariableName[];
export const NEEDED_BY_SERVER: Needed = ['DATABASE_URL', 'ADMIN_TOKEN', 'SUBSCRIPTION_WORKER_URL'];
/** A process that only runs jobs: it is not called and does not call a subscription worker. */
export const NEEDED_BY_WORKER: Needed = ['DATABASE_URL'];

export interface LoadOptions {
  readonly needed?: Needed;
  readonly makeToken?: () => string;
}

const randomToken = (): string => randomBytes(24).toString('base64url');

/**
 * Reads and checks the environment. An empty variable counts as not set. Throws INVALID_CONFIG, whose message and `errors` name every
 * invalid variable and its allowed values; the values themselves are never repeated, because they may be secrets. In production `needed`
 * must be set, and secrets have at least 16 characters; elsewhere a missing ADMIN_TOKEN is generated.
 */
export function loadConfig(env: Environment, options: LoadOptions = {}): Config {
  const { makeToken = randomToken, needed = NEEDED_BY_SERVER } = options;
  const given = Object.fromEntries(variableNames.map((name) => [name, env[name] || undefined]));
  const parsed = configVariables.safeParse(given);
  const environment = given.NODE_ENV ?? 'development';
  const errors = [
    ...[...new Set(parsed.error?.issues.map(({ path }) => path[0] as VariableName))].map(wrong),
    ...(environment === 'production' ? missing(given, needed) : []),
    ...(environment === 'production' && parsed.success ? shortSecrets(parsed.data) : []),
    ...(parsed.success ? [...contradictions(parsed.data), ...notificationErrors(parsed.data)] : []),
  ];
  if (!parsed.success || errors.length > 0) throw invalid(errors);
  return toConfig(parsed.data, makeToken);
}

const wrong = (name: VariableName): FieldError => ({ path: name, message: `must be ${mayBe(name)}` });

const missing = (given: Environment, needed: Needed): FieldError[] =>
  needed
    .filter((name) => given[name] === undefined)
    .map((name) => ({ path: name, message: `must be set in production: ${mayBe(name)}` }));

/** The secrets that callers of this server present. */
function shortSecrets(env: ConfigVariables): FieldError[] {
  const secrets: [VariableName, readonly (string | undefined)[]][] = [
    ['ADMIN_TOKEN', (env.ADMIN_TOKEN ?? []).map(({ token }) => token)],
    ['CRON_SECRET', [env.CRON_SECRET]],
    ['WORKER_SECRET_TOKEN', [env.WORKER_SECRET_TOKEN]],
    ['METRICS_TOKEN', [env.METRICS_TOKEN]],
    ['NOTIFY_TOKEN', [env.NOTIFY_TOKEN]],
    ['API_JWT_SECRET', [env.API_JWT_SECRET]],
    ['BILLING_LINK_SECRET', [env.BILLING_LINK_SECRET]],
  ];
  const message = `must have at least ${SHORTEST_SECRET} characters in production`;
  return secrets
    .filter(([, values]) => values.some((value) => value !== undefined && value.length < SHORTEST_SECRET))
    .map(([path]) => ({ path, message }));
}

function contradictions(env: ConfigVariables): FieldError[] {
  const max = env.SUBSCRIPTION_MAX_PARALLEL ?? env.SUBSCRIPTION_PARALLEL;
  const rules: [boolean, VariableName, string][] = [
    [(env.RUN_ALERT_S ?? 0) > env.RUN_BUDGET_S, 'RUN_ALERT_S', 'must not be more than RUN_BUDGET_S'],
    [env.LEASE_S <= env.HEARTBEAT_S, 'LEASE_S', 'must be more than HEARTBEAT_S'],
    [max < env.SUBSCRIPTION_PARALLEL, 'SUBSCRIPTION_MAX_PARALLEL', 'must not be less than SUBSCRIPTION_PARALLEL'],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}

const invalid = (errors: readonly FieldError[]): SchedulerError =>
  new SchedulerError('INVALID_CONFIG', errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });

function toConfig(env: ConfigVariables, makeToken: () => string): Config {
  return {
    environment: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    database: {
      url: env.DATABASE_URL ?? null,
      directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL ?? null,
      schema: env.DATABASE_SCHEMA,
      poolMax: env.DATABASE_POOL_MAX,
      migrateOnStart: env.MIGRATE_ON_START,
      waitS: env.DATABASE_WAIT_S,
    },
    auth: {
      adminTokens: env.ADMIN_TOKEN ?? [{ name: 'admin', token: makeToken() }],
      adminTokenGenerated: !env.ADMIN_TOKEN,
      cronSecret: env.CRON_SECRET ?? null,
      workerSecretToken: env.WORKER_SECRET_TOKEN ?? null,
      metricsToken: env.METRICS_TOKEN ?? null,
      notifyToken: env.NOTIFY_TOKEN ?? null,
      apiJwtSecret: env.API_JWT_SECRET ?? null,
      apiJwksUrl: env.API_JWKS_URL ?? null,
      apiJwtAudience: env.API_JWT_AUDIENCE ?? [],
      apiJwtIssuer: env.API_JWT_ISSUER ?? [],
      apiJwtAllowNoExp: env.API_JWT_ALLOW_NO_EXP,
      encryptionKeys: env.ENCRYPTION_KEYS ?? [],
    },
    scheduler: {
      enabled: env.SCHEDULER_ENABLED,
      workerEnabled: env.WORKER_ENABLED,
      tick: env.SCHEDULER_TICK,
      batchCron: env.BATCH_CRON === 'off' ? null : env.BATCH_CRON,
      runBudgetS: env.RUN_BUDGET_S,
      runAlertS: env.RUN_ALERT_S ?? Math.min(STANDARD_ALERT_S, (env.RUN_BUDGET_S * 5) / 6),
      shutdownGraceS: env.SHUTDOWN_GRACE_S,
      leaseS: env.LEASE_S,
      heartbeatS: env.HEARTBEAT_S,
    },
    queue: {
      concurrency: env.WORKER_CONCURRENCY,
    },
    modules: {
      allowPrivateWebhooks: env.WEBHOOK_ALLOW_PRIVATE,
      enrichmentUrl: env.ENRICHMENT_URL ?? null,
      notifications: notificationsConfig(env),
      lists: {
        membersApiUrl: env.MEMBERS_API_URL ?? null,
        membersApiStyle: env.MEMBERS_API_STYLE,
        parallelPages: env.IMPORT_PARALLEL_PAGES,
        concurrency: env.IMPORT_CONCURRENCY,
        maxMembers: env.LISTS_MAX_MEMBERS,
        maxUploadBytes: env.LISTS_MAX_UPLOAD_BYTES,
        keepDays: env.LISTS_KEEP_DAYS ?? null,
      },
      batch: env.BATCH_MODULES,
      billing: {
        stripeSecretKey: env.STRIPE_SECRET_KEY ?? null,
        stripeApiBase: env.STRIPE_API_BASE ?? null,
        pagePriceCents: env.PAGE_PRICE_CENTS,
        pageCurrency: env.PAGE_CURRENCY,
        parallel: env.PAGE_CHARGES_PARALLEL,
        slackBotToken: env.SLACK_BOT_TOKEN ?? null,
        slackApiUrl: env.SLACK_API_URL ?? null,
        portalUrl: env.BILLING_PORTAL_URL ?? null,
        linkSecret: env.BILLING_LINK_SECRET ?? null,
        dunningDays: env.DUNNING_DAYS,
      },
      upkeep: upkeepConfig(env),
      analytics: analyticsConfig(env),
      fromFiles: env.PUNCTUAL_MODULES ?? [],
    },
    subscriptions: {
      workerUrl: env.SUBSCRIPTION_WORKER_URL ?? EXAMPLE_WORKER_URL,
      workerToken: env.SUBSCRIPTION_WORKER_TOKEN ?? null,
      batchSize: env.SUBSCRIPTION_BATCH_SIZE,
      parallel: env.SUBSCRIPTION_PARALLEL,
      maxParallel: env.SUBSCRIPTION_MAX_PARALLEL ?? env.SUBSCRIPTION_PARALLEL,
      timeoutMs: env.SUBSCRIPTION_TIMEOUT_MS,
      maxAttempts: env.SUBSCRIPTION_MAX_ATTEMPTS,
      retryBaseS: env.SUBSCRIPTION_RETRY_BASE_S,
      suspendAfter: env.SUBSCRIPTION_SUSPEND_AFTER,
      defaultTimezone: env.SUBSCRIPTION_DEFAULT_TIMEZONE,
      table: env.SUBSCRIPTION_TABLE ?? null,
      processingTable: env.SUBSCRIPTION_PROCESSING_TABLE ?? null,
    },
  };
}
