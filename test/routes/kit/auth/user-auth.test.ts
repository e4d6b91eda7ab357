// The tokens of the application's users: whose they are, for whom, until when; and keys that cannot be fetched.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { errorHandler } from '../../../../src/routes/kit/error-handler.js';
import { identityOf, requireIdentity } from '../../../../src/routes/kit/auth/authenticate.js';
import { jwtUsers, type JwtOptions } from '../../../../src/routes/kit/auth/user-auth.js';
import { silentLogger, type LogFields } from '../../../../src/base/logger.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';

const SECRET = 'a-secret-of-this-test-0123456789';
const open: RunningServer[] = [];
afterAll(() => Promise.all(open.map((server) => server.close())));

async function serve(options: JwtOptions, warned: unknown[] = []): Promise<string> {
  const logger = {
    ...silentLogger,
    warn: (message: string, fields?: LogFields) => void warned.push([message, fields]),
  };
  const app = express().use(requireIdentity(jwtUsers(options)));
  app.get('/', (request, response) => void response.json(identityOf(request)));
  const server = await startServer(app.use(errorHandler(logger)));
  open.push(server);
  return server.url;
}

interface Claims {
  readonly [name: string]: unknown;
}
const inFiveMinutes = () => Math.floor(Date.now() / 1_000) + 300;
const sign = (claims: Claims, exp: number | null = inFiveMinutes()): Promise<string> =>
  new SignJWT({ sub: 'ann', ...claims, ...(exp === null ? {} : { exp }) })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));

const statusOf = async (url: string, token: string): Promise<number> =>
  (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status;

describe('a token', () => {
  it('is taken until it ends', async () => {
    const url = await serve({ secret: SECRET });
    const response = await fetch(url, { headers: { Authorization: `Bearer ${await sign({ workspace_id: 'w' })}` } });
    expect(await response.json()).toEqual({ name: 'ann', userId: 'ann', workspaceId: 'w' });
    expect(await statusOf(url, await sign({}, inFiveMinutes() - 301))).toBe(401);
  });

  it('without an end is refused, unless the host says otherwise', async () => {
    const token = await sign({}, null);
    expect(await statusOf(await serve({ secret: SECRET }), token)).toBe(401);
    expect(await statusOf(await serve({ secret: SECRET, allowNoExp: true }), token)).toBe(200);
    expect(await statusOf(await serve({ secret: SECRET, allowNoExp: true }), await sign({}, 1))).toBe(401);
  });

  it('for another application is refused', async () => {
    const one = await serve({ secret: SECRET, audience: 'punctual' });
    const several = await serve({ secret: SECRET, audience: ['punctual', 'shop'] });
    const statuses = async (aud?: unknown) => {
      const token = await sign(aud === undefined ? {} : { aud });
      return [await statusOf(one, token), await statusOf(several, token)];
    };
    expect(await statuses('punctual')).toEqual([200, 200]);
    expect(await statuses(['other', 'punctual'])).toEqual([200, 200]);
    expect(await statuses('shop')).toEqual([401, 200]);
    expect(await statuses('other')).toEqual([401, 401]);
    expect(await statuses()).toEqual([401, 401]);
  });

  it('of another issuer is refused', async () => {
    const url = await serve({ secret: SECRET, issuer: ['https://id.example'] });
    expect(await statusOf(url, await sign({ iss: 'https://id.example' }))).toBe(200);
    expect(await statusOf(url, await sign({ iss: 'https://id.example/' }))).toBe(401);
    expect(await statusOf(url, await sign({}))).toBe(401);
  });

  it('is not checked for what is not configured', async () => {
    const url = await serve({ secret: SECRET, audience: [], issuer: null });
    expect(await statusOf(url, await sign({ aud: 'other', iss: 'other' }))).toBe(200);
  });
});

describe('published keys', () => {
  let keys: RunningServer;
  let sign: (claims: Claims, ended?: boolean) => Promise<string>;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k' }] };
    keys = await startServer((_request, response) => void response.end(JSON.stringify(jwks)));
    open.push(keys);
    sign = (claims) =>
      new SignJWT({ sub: 'ann', ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  });

  it('are used with the same rules', async () => {
    const url = await serve({ jwksUrl: keys.url, audience: 'punctual', issuer: 'https://id.example' });
    const claims = { aud: 'punctual', iss: 'https://id.example', exp: inFiveMinutes() };
    expect(await statusOf(url, await sign(claims))).toBe(200);
    for (const wrong of [{ aud: 'x' }, { iss: 'x' }, { exp: undefined }]) {
      expect(await statusOf(url, await sign({ ...claims, ...wrong }))).toBe(401);
    }
  });

  it('that cannot be fetched are a 503 that says nothing of our network', async () => {
    const gone = await startServer(() => {});
    await gone.close();
    const warned: unknown[] = [];
    const url = await serve({ jwksUrl: `${gone.url}/private/jwks` }, warned);
    const response = await fetch(url, { headers: { Authorization: `Bearer ${await sign({ exp: inFiveMinutes() })}` } });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([503, expect.objectContaining({ code: 'KEYS_UNAVAILABLE' })]);
    expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|fetch failed|private/);
    expect(warned).toHaveLength(1);
  });
});

describe('the secret', () => {
  it('must not be empty, nor short in production', async () => {
    expect(() => jwtUsers({ secret: '' })).toThrow('is empty');
    expect(() => jwtUsers({ secret: 'x', environment: 'production' })).toThrow('shorter than 16 characters');
    const warned: string[] = [];
    jwtUsers({ secret: 'x', environment: 'development', warn: (message) => warned.push(message) });
    expect(warned).toEqual(['the JWT secret is shorter than 16 characters; production refuses it']);
    expect(() => jwtUsers({ secret: SECRET, environment: 'production' })).not.toThrow();
  });
});
