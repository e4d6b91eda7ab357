// Errors of a host's own, and requests that cannot be read, over real HTTP.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorKind } from '../../src/base/error-codes.js';
import { webhooks } from '../../src/modules/webhooks/index.js';
import { route } from '../../src/routes/index.js';
import { defineModule, errorsOf, SchedulerError } from '../../src/scheduler/public.js';
import { AUTHORIZED, startEndToEnd, type EndToEnd } from './e2e-app.js';

const KINDS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unsupported: 415,
  mismatch: 422,
  too_many: 429,
  internal: 500,
  not_configured: 501,
  bad_receiver: 502,
  unavailable: 503,
};

const ERRORS = { INVOICE_LOCKED: { kind: 'conflict', meaning: 'It was sent.' } } as const;
const invoiceError = errorsOf(ERRORS);
let thrown: unknown;

const invoices = defineModule({
  name: 'invoices',
  errors: ERRORS,
  adminRoutes: () => [
    route({
      method: 'get',
      path: '/invoices',
      id: 'listInvoices',
      tag: 'Invoices',
      summary: 'Invoices',
      responses: { 200: { description: 'All' } },
      handle: () => {
        throw thrown;
      },
    }),
  ],
});

let app: EndToEnd;
beforeAll(async () => {
  app = await startEndToEnd({ modules: [invoices, webhooks()] });
});
afterAll(() => app.close());

const answerTo = (error: unknown) => {
  thrown = error;
  return app.call('GET', '/invoices');
};

describe('a code of a module', () => {
  it('has the status of its kind, and its own message', async () => {
    const { status, headers, body } = await answerTo(invoiceError('INVOICE_LOCKED', 'invoice 7 was sent', { id: 7 }));
    expect([status, headers.get('content-type')]).toEqual([409, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ code: 'INVOICE_LOCKED', title: 'Conflict', detail: 'invoice 7 was sent' });
  });

  it.each(Object.entries(KINDS))('of kind %s is %i', async (kind, status) => {
    const { body } = await answerTo(
      new SchedulerError({ code: 'HOST_CODE', kind: kind as ErrorKind }, 'what happened'),
    );
    expect(body).toMatchObject({ status, code: 'HOST_CODE' });
    expect(body['detail']).toBe(status === 500 ? 'something went wrong; the log has the details' : 'what happened');
  });

  it('does not quote the error that it stands for', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    const own = new SchedulerError(
      { code: 'HOST_CODE', kind: 'unavailable' },
      `the ledger: ${cause.message}`,
      {},
      { cause },
    );
    const ours = new SchedulerError('DATABASE_UNAVAILABLE', `claim: ${cause.message}`, {}, { cause });
    for (const error of [own, ours]) {
      const { status, body } = await answerTo(error);
      expect([status, JSON.stringify(body).includes('10.0.0.7')]).toEqual([503, false]);
    }
  });

  it.each([
    ['invoice_locked', 'must match'],
    ['INVALID_INPUT', 'is one of our own codes'],
  ])('cannot be called %s', (code, message) => {
    const errors = { [code]: { kind: 'conflict', meaning: '' } } as const;
    expect(() => defineModule({ name: 'x', errors })).toThrow(message);
  });
});

describe('a body that cannot be read', () => {
  const send = async (
    headers: Record<string, string>,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<[number, unknown]> => {
    const response = await fetch(`${app.url}/admin/schedules/preview`, {
      method: 'POST',
      headers: { ...AUTHORIZED, ...headers },
      body,
    });
    const { errors } = (await response.json()) as { errors?: { path: string; message: string }[] };
    return [response.status, errors?.map(({ path, message }) => `${path} ${message}`)];
  };
  const body = '{"schedule":{}}';
  const mismatch = ['body does not match its Content-Encoding'];

  it.each<[string, Record<string, string>, string | Uint8Array<ArrayBuffer>, unknown]>([
    ['plain, said to be gzip', { 'Content-Encoding': 'gzip' }, body, mismatch],
    ['plain, said to be deflate', { 'Content-Encoding': 'deflate' }, body, mismatch],
    ['plain, said to be brotli', { 'Content-Encoding': 'br' }, body, mismatch],
    ['half of a gzip', { 'Content-Encoding': 'gzip' }, new Uint8Array(gzipSync(body)).slice(0, 15), mismatch],
    ['of an unknown encoding', { 'Content-Encoding': 'x' }, body, ['body has an unknown content encoding']],
    ['of an unknown charset', { 'Content-Type': 'application/json; charset=x' }, body, ['body must be in UTF-8']],
    ['a bomb', { 'Content-Encoding': 'gzip' }, new Uint8Array(gzipSync(' '.repeat(300_000))), ['body is too large']],
    ['broken JSON', {}, '{', ['body is not valid JSON']],
  ])('%s is refused', async (_what, headers, sent, errors) => {
    expect(await send(headers, sent)).toEqual([400, errors]);
  });

  it('is told from one that is compressed', async () => {
    const [status] = await send({ 'Content-Encoding': 'gzip' }, new Uint8Array(gzipSync(body)));
    expect(status).toBe(200);
  });
});

it('more wrong fields than anyone reads are refused at once, and briefly', async () => {
  const send = async (count: number) => {
    const events = Array.from({ length: count }, () => 'x');
    const began = performance.now();
    const { status, body } = await app.call('POST', '/webhooks', { url: 'https://example.com', events });
    expect(status).toBe(400);
    const errors = body['errors'] as { path: string }[];
    return { ms: performance.now() - began, paths: errors.map(({ path }) => path), size: JSON.stringify(body).length };
  };
  const many = await send(60_000);
  expect([many.paths.length, many.paths[99]]).toEqual([100, 'events.99']);
  expect(many.size).toBeLessThan(30_000);
  // comparing each error with all others took 14 s
  expect(many.ms).toBeLessThan(3_000);
  expect((await send(60)).paths).toHaveLength(60);
});
