// Summaries against an endpoint that answers in every way: what is usable comes, everything else leaves the digest as it was.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { silentLogger } from '../../../../src/base/logger.js';
import { chatEndpoint, createChatClient } from '../../../../src/clients/chat/chat-completions.js';
import type { PendingNotification } from '../../../../src/clients/notifier.js';
import { createSummarizer } from '../../../../src/modules/digests/summary/create-summarizer.js';
import { prepareDigest } from '../../../../src/modules/digests/summary/prepare-digest.js';
import { summaryQuestion, usableSummary } from '../../../../src/modules/digests/summary/summary-question.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: RunningServer;
let answer: Answer;
let asked: { headers: IncomingMessage['headers']; url: string; body: Record<string, unknown> }[] = [];

beforeAll(async () => {
  server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({
        headers: request.headers,
        url: request.url ?? '',
        body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      });
      answer(response, request);
    });
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(() => server.close());

const completion = (content: unknown, finish_reason: string | null = 'stop') =>
  JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason }] });
const says =
  (body: string, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

const data = {
  digest_schedule_id: 's1',
  group_id: 'secret-group',
  title: 'Your daily digest',
  items: [{ title: 'Release', body: 'Version 2 is out.', at: '2026-03-02T12:00:00Z', content_type: 'news' }],
};
const pending = (templateData: object): PendingNotification =>
  ({ templateData, recipientId: 'secret-recipient', userId: 'secret-user' }) as unknown as PendingNotification;

const stepFor = (url = server.url) => {
  const chat = createChatClient({ url, key: 'k-1', model: 'm-1', timeoutMs: 300 });
  return prepareDigest(createSummarizer({ chat, logger: silentLogger }));
};
const prepared = (step = stepFor(), given: object = data) =>
  step(pending(given), { signal: new AbortController().signal });

describe('a summary', () => {
  it('is asked for with the updates and nothing else, and added as text', async () => {
    answer = says(completion('  Version 2\n is <3 out. '));
    expect(await prepared()).toEqual({ ...data, summary: 'Version 2 is <3 out.' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer k-1' },
      body: { model: 'm-1', messages: [{ role: 'system' }, { role: 'user' }] },
    });
    const sent = JSON.stringify(asked[0]?.body);
    expect(sent).toContain('Version 2 is out.');
    expect(sent).not.toContain('secret');
  });

  it('of the same updates is asked for once', async () => {
    answer = says(completion('Version 2 is out.'));
    const step = stepFor();
    await prepared(step);
    await prepared(step);
    expect(asked).toHaveLength(1);
  });

  it('is not made for a digest that somebody sent by hand, nor for one without updates', async () => {
    answer = says(completion('Something.'));
    for (const given of [
      { ...data, digest_schedule_id: undefined },
      { ...data, items: [] },
      { ...data, summary: 'x' },
    ]) {
      expect(await prepared(stepFor(), given)).toEqual(given);
    }
    expect(asked).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['an error', says('{"error":{"message":"overloaded"}}', 503)],
    ['a wrong key', says('{}', 401)],
    ['a redirect', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['HTML', says('<!doctype html><html><body>Welcome</body></html>')],
    ['garbage', says('\u0000\u0001{{{')],
    ['no choices', says('{"choices":[]}')],
    ['no text', says(completion(null))],
    ['an empty text', says(completion('  \n '))],
    ['a text that was cut off', says(completion('Version 2 is', 'length'))],
    ['a refusal', says(completion('', 'content_filter'))],
    ['a text that is too long', says(completion('long '.repeat(300)))],
    ['markup', says(completion('Click <a href="x">here</a>'))],
    ['a link', says(completion('Sign in at https://evil.example/login now.'))],
    ['a bare domain', says(completion('Sign in at evil.com now.'))],
    ['JSON', says(completion('{"summary":"Version 2"}'))],
    ['more than it may say', says(completion('x'.repeat(400_000)))],
    ['silence', () => {}],
    ['half of an answer', (response) => void response.writeHead(200).write('{"choices"')],
    ['a connection that breaks', (response) => void response.destroy()],
  ])('that is %s leaves the digest as it was', async (_what, how) => {
    answer = how;
    expect(await prepared()).toEqual(data);
    expect(asked).toHaveLength(1);
  });

  it('from an address where nobody listens leaves the digest as it was', async () => {
    expect(await prepared(stepFor('http://127.0.0.1:1/v1'))).toEqual(data);
  });

  it('is not asked for any more, for a while, after failures in a row', async () => {
    answer = says('{}', 500);
    const step = stepFor();
    for (let n = 0; n < 6; n += 1) {
      const items = [{ title: `Release ${n}`, body: null }];
      expect(await prepared(step, { ...data, items })).toEqual({ ...data, items });
    }
    expect(asked).toHaveLength(3);
  });

  it('is given up with the job', async () => {
    answer = () => {};
    const gone = new AbortController();
    const waiting = stepFor()(pending(data), { signal: gone.signal });
    gone.abort();
    expect(await waiting).toEqual(data);
  });
});

it('a question has bounded length, and none is asked about nothing', () => {
  const long = Array.from({ length: 500 }, (_, n) => ({ title: `t${n}`, body: 'x'.repeat(1_000) }));
  expect(summaryQuestion(long)?.content.length).toBeLessThan(13_000);
  expect(summaryQuestion([{ title: null, body: '' }])).toBeNull();
});

it('characters that steer a reader are removed', () => {
  expect(usableSummary('a\u202eb\u0007c\u2066d')).toBe('abcd');
});

it.each([
  ['https://api.example', 'https://api.example/v1/chat/completions'],
  ['https://api.example/v1/', 'https://api.example/v1/chat/completions'],
  [
    'https://api.example/openai/v1/chat/completions?api-version=2',
    'https://api.example/openai/v1/chat/completions?api-version=2',
  ],
])('the endpoint of %s is %s', (url, endpoint) => expect(chatEndpoint(url)).toBe(endpoint));
