// The environment: defaults, what is refused and how it is said, and that .env.example lists everything.
import { COMMAND_LINE_VARIABLES } from '../../../src/cli/api/settings.js';
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { configVariables, mayBe, variableNames } from '../../../src/base/config/config-variables.js';
import { loadConfig, NEEDED_BY_SERVER, NEEDED_BY_WORKER, type Needed } from '../../../src/base/config/config.js';
import { SCHEMA_NAMES } from '../../../src/base/options/schema-name.js';
import { isSchedulerError, type FieldError } from '../../../src/base/errors.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app@db/app',
  ADMIN_TOKEN: 'alice:token-of-alice-0123,ci:token-of-ci-0123456',
  SUBSCRIPTION_WORKER_URL: 'https://worker.example',
};

const KEYS = 'keys of 32 bytes as `id:base64`, comma-separated, each id once; the first encrypts';
const KEY = Buffer.alloc(32, 7).toString('base64');

function refusal(
  env: Record<string, string>,
  needed: Needed = NEEDED_BY_SERVER,
): { message: string; errors: readonly FieldError[] } {
  try {
    loadConfig(env, { needed });
  } catch (error) {
    if (isSchedulerError(error, 'INVALID_CONFIG'))
      return { message: error.message, errors: error.details.errors ?? [] };
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('has a default for everything in development', () => {
    const config = loadConfig({}, { makeToken: () => 'made-up' });
    expect(config).toMatchObject({ environment: 'development', host: '127.0.0.1', port: 3000, logLevel: 'info' });
    expect(config.database).toEqual({
      url: null,
      directUrl: null,
      schema: 'punctual',
      poolMax: 10,
      migrateOnStart: true,
      waitS: 0,
    });
    expect(config.auth).toMatchObject({
      adminTokens: [{ name: 'admin', token: 'made-up' }],
      adminTokenGenerated: true,
    });
    expect(config.scheduler).toEqual({
      enabled: true,
      workerEnabled: true,
      tick: '*/10 * * * * *',
      batchCron: '*/5 * * * *',
      runBudgetS: 300,
      runAlertS: 250,
      shutdownGraceS: 30,
      leaseS: 60,
      heartbeatS: 2,
    });
    expect(config.subscriptions).toMatchObject({ batchSize: 100, parallel: 5, maxParallel: 5, timeoutMs: 30_000 });
  });

  it('generates another admin token at each start', () => {
    const token = (): string => loadConfig({}).auth.adminTokens[0]?.token ?? '';
    expect(token()).toHaveLength(32);
    expect(token()).not.toBe(token());
  });

  it('reads several admin tokens with their names', () => {
    const { adminTokens, adminTokenGenerated } = loadConfig(PRODUCTION).auth;
    expect(adminTokenGenerated).toBe(false);
    expect(adminTokens).toEqual([
      { name: 'alice', token: 'token-of-alice-0123' },
      { name: 'ci', token: 'token-of-ci-0123456' },
    ]);
    expect(loadConfig({ ADMIN_TOKEN: 'plain' }).auth.adminTokens).toEqual([{ name: 'admin', token: 'plain' }]);
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ PORT: '', ADMIN_TOKEN: '' })).toMatchObject({
      port: 3000,
      auth: { adminTokenGenerated: true },
    });
  });

  it('takes the direct URL from DATABASE_URL and the largest window from SUBSCRIPTION_PARALLEL', () => {
    const config = loadConfig({ ...PRODUCTION, SUBSCRIPTION_PARALLEL: '50', RUN_BUDGET_S: '60' });
    expect(config.database.directUrl).toBe(PRODUCTION.DATABASE_URL);
    expect(config.subscriptions.maxParallel).toBe(50);
    expect(config.scheduler.runAlertS).toBe(50);
  });

  it('reads encryption keys, the first being the one that encrypts', () => {
    const key = Buffer.alloc(32, 7);
    const { encryptionKeys } = loadConfig({
      ENCRYPTION_KEYS: `k2:${key.toString('base64')},k1:${key.toString('base64')}`,
    }).auth;
    expect(encryptionKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
    expect(encryptionKeys[0]?.key.equals(key)).toBe(true);
  });

  it.each([
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['LOG_LEVEL', 'loud', 'one of `error`, `warn`, `info`, `debug`'],
    ['DATABASE_URL', 'mysql://x', 'a URL that begins with `postgres://`'],
    ['DATABASE_SCHEMA', 'Punctual"', SCHEMA_NAMES],
    ['MIGRATE_ON_START', 'yes', '`true` or `false`'],
    [
      'ADMIN_TOKEN',
      'a,,b',
      'a token, or several as `alice:token,viewer/bob:token`, none empty and without white space; a role is viewer, operator or admin',
    ],
    ['API_JWKS_URL', 'ftp://x', 'a URL that begins with `http://` or `https://`'],
    ['ENCRYPTION_KEYS', 'k1:c2hvcnQ=', KEYS],
    ['ENCRYPTION_KEYS', `k1:${KEY},k1:${KEY}`, KEYS],
    ['SCHEDULER_TICK', '61 * * * *', 'a cron expression of five or six fields'],
    ['RUN_BUDGET_S', '5m', 'seconds from 1 to 86400'],
    ['SUBSCRIPTION_PARALLEL', '0', 'a whole number from 1 to 1000'],
    ['SUBSCRIPTION_MAX_PARALLEL', 'many', 'a whole number from 1 to 1000'],
    ['SUBSCRIPTION_DEFAULT_TIMEZONE', 'Mars/Base', 'an IANA time zone such as `Europe/Berlin`'],
  ])('refuses %s=%s and says what it may be', (name, value, may) => {
    expect(refusal({ [name]: value })).toEqual({
      message: `${name} must be ${may}`,
      errors: [{ path: name, message: `must be ${may}` }],
    });
  });

  it.each([
    [{ RUN_BUDGET_S: '100', RUN_ALERT_S: '101' }, 'RUN_ALERT_S'],
    [{ LEASE_S: '2' }, 'LEASE_S'],
    [{ SUBSCRIPTION_PARALLEL: '6', SUBSCRIPTION_MAX_PARALLEL: '5' }, 'SUBSCRIPTION_MAX_PARALLEL'],
  ])('refuses values that contradict each other: %j', (env, name) => {
    expect(refusal(env).errors.map(({ path }) => path)).toEqual([name]);
  });

  it('names everything that is wrong at once, and no value', () => {
    const { message, errors } = refusal({ NODE_ENV: 'production', PORT: 'x', METRICS_TOKEN: 'my secret' });
    expect(errors.map(({ path }) => path).sort()).toEqual(
      ['ADMIN_TOKEN', 'DATABASE_URL', 'METRICS_TOKEN', 'PORT', 'SUBSCRIPTION_WORKER_URL'].sort(),
    );
    expect(message).not.toContain('my secret');
  });

  it('says of each variable what it may be', () => {
    for (const name of variableNames) expect([name, mayBe(name)]).not.toEqual([name, 'set to something else']);
  });
});

describe('secrets', () => {
  const names = ['ADMIN_TOKEN', 'CRON_SECRET', 'WORKER_SECRET_TOKEN', 'METRICS_TOKEN', 'API_JWT_SECRET'];

  it.each(names)('%s must have 16 characters in production', (name) => {
    const { message, errors } = refusal({ ...PRODUCTION, [name]: 'x'.repeat(15) });
    expect(errors).toEqual([{ path: name, message: 'must have at least 16 characters in production' }]);
    expect(message).not.toContain('xxx');
    expect(() => loadConfig({ ...PRODUCTION, [name]: 'x'.repeat(16) })).not.toThrow();
    expect(() => loadConfig({ [name]: 'x' })).not.toThrow();
  });

  it('are checked one by one', () => {
    const errors = refusal({ ...PRODUCTION, ADMIN_TOKEN: 'alice:token-of-alice-0123,ci:short' }).errors;
    expect(errors.map(({ path }) => path)).toEqual(['ADMIN_TOKEN']);
  });
});

describe('the tokens of users', () => {
  it('are for one application or several, of one issuer or several, and end', () => {
    expect(loadConfig({}).auth).toMatchObject({ apiJwtAudience: [], apiJwtIssuer: [], apiJwtAllowNoExp: false });
    const env = {
      API_JWT_AUDIENCE: 'punctual, shop',
      API_JWT_ISSUER: 'https://id.example',
      API_JWT_ALLOW_NO_EXP: 'true',
    };
    expect(loadConfig(env).auth).toMatchObject({
      apiJwtAudience: ['punctual', 'shop'],
      apiJwtIssuer: ['https://id.example'],
      apiJwtAllowNoExp: true,
    });
    expect(refusal({ API_JWT_AUDIENCE: 'a,,b' }).errors.map(({ path }) => path)).toEqual(['API_JWT_AUDIENCE']);
  });
});

describe('what production needs', () => {
  const needs = (needed: Needed): string[] =>
    refusal({ NODE_ENV: 'production' }, needed).errors.map(({ path }) => path);

  it('is what the process does: a job worker has no tokens and calls no subscription worker', () => {
    expect(needs(NEEDED_BY_SERVER)).toEqual(['DATABASE_URL', 'ADMIN_TOKEN', 'SUBSCRIPTION_WORKER_URL']);
    expect(needs(NEEDED_BY_WORKER)).toEqual(['DATABASE_URL']);
  });
});

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const listed = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
      return name ? [[name, value ?? ''] as const] : [];
    }),
  );

  it('lists every variable and no other', () => {
    expect([...listed.keys()].sort()).toEqual([...variableNames, ...COMMAND_LINE_VARIABLES].sort());
  });

  it('lists what the code reads by name, beside what every terminal has', () => {
    const read = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(`src/${file}`, 'utf8').matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)\b/g)])
      .map(([, name]) => name as string)
      .filter((name) => !['NO_COLOR', 'TERM', 'PATH'].includes(name));
    expect(read).toContain('DKIM_DNS_SERVER');
    expect([...new Set(read)].filter((name) => !listed.has(name))).toEqual([]);
  });

  it('shows the defaults that the code has', () => {
    const shown = Object.fromEntries([...listed].filter(([name]) => name !== 'DATABASE_URL'));
    expect(loadConfig(shown, { makeToken: () => 'made-up' })).toEqual(loadConfig({}, { makeToken: () => 'made-up' }));
    expect(Object.keys(configVariables.shape)).toHaveLength(listed.size - COMMAND_LINE_VARIABLES.length);
  });
});
