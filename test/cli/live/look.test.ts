// What looks at a running server: lists, details, filters, what goes wrong, and what a terminal must not be sent.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';
import { startLiveServer, type LiveServer } from './server.js';

let server: LiveServer;
let good: string;
let bad: string;
let runId: string;
let deadJob: string;

beforeAll(async () => {
  server = await startLiveServer();
  [good, bad] = [await server.due('good-1'), await server.due('bad-1')];
  await server.run(['process-subscriptions']);
  runId = (await server.json<{ items: { id: string }[] }>(['runs', '--process', 'subscriptions'])).items[0]!.id;
  deadJob = (await server.json<{ id: string }>(['enqueue', 'cli.fail', '{}'])).id;
  await waitFor(async () => (await server.json<{ status: string }>(['jobs', deadJob])).status === 'dead');
}, 60_000);
afterAll(() => server.close());

const text = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await server.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('the state at a glance', () => {
  it('shows instances, processes and modules, without colours where there is no terminal', async () => {
    const shown = await text('status');
    expect(shown).toMatch(/^status +ok$/m);
    expect(shown).toMatch(/^1 occurrence failed all attempts in the last 24 hours$/m);
    expect(shown).toMatch(/:\d+ \* +alive/);
    expect(shown).toMatch(/^rollup +ready .*when triggered$/m);
    expect(shown).not.toContain('\u001b');
    expect(await server.json(['status'])).toMatchObject({ status: 'ok', subscriptions: { dead_24h: 1 } });
    expect(await text('processes')).toMatch(/^subscriptions +ready/m);
  });
});

describe('lists and details', () => {
  it('shows runs with their counts, and one with its samples of errors', async () => {
    expect(await text('runs', '--process', 'subscriptions', '--limit', '1')).toMatch(
      new RegExp(`^${runId} +subscriptions +completed .* 2 +1 +manual by ops$`, 'm'),
    );
    const run = await text('runs', runId);
    expect(run).toMatch(/^counts +processed 2, successful 1, failed 1, dead 1$/m);
    expect(run).toMatch(new RegExp(`^ +${bad} +HTTP_500`, 'm'));
  });

  it('narrows subscriptions by what the API takes, and shows one with its ledger', async () => {
    const list = await server.json<{ items: { id: string }[] }>(['subscriptions', '--user-id', 'good-1']);
    expect(list.items.map(({ id }) => id)).toEqual([good]);
    expect(await text('subscriptions')).toMatch(/every day at 09:00, Tokyo time$/m);
    const one = await text('subscriptions', bad);
    expect(one).toMatch(/^dead in a row +1$/m);
    expect(one).toMatch(/dead +1 .*500/);
  });

  it('pages: the cursor below one page leads to the next', async () => {
    const first = await text('subscriptions', '--limit', '1', '--sort', 'created_at');
    const [, cursor] = /more: --cursor (\S+)/.exec(first)!;
    const next = await text('subscriptions', '--limit', '1', '--sort', 'created_at', '--cursor', cursor!);
    expect(next.split('\n')[1]!.split(' ')[0]).not.toBe(first.split('\n')[1]!.split(' ')[0]);
  });

  it('shows a job with its error and its log, and dead letters with the subscriptions that died', async () => {
    const greeted = await server.json<{ id: string }>(['enqueue', 'cli.greet', '{"name":"Ada"}']);
    await waitFor(async () => (await server.json<{ status: string }>(['jobs', greeted.id])).status === 'completed');
    await waitFor(async () => (await text('jobs', greeted.id)).includes('greeted\n'));
    expect(await text('jobs', greeted.id)).toMatch(/^result +\{"greeted":"Ada"\}$/m);
    const dead = await text('dead', '--since', '1h');
    expect(dead).toContain(deadJob);
    expect(dead).toContain('1 occurrence of subscriptions died within 24 hours');
    expect(await text('dead', '--until', '1h')).toContain('no dead jobs');
  });

  it('never lets the words of others reach the terminal as control sequences', async () => {
    const shown = await text('jobs', deadJob);
    expect(shown).toContain('the \ufffd[31mprinter is on fire');
    expect(shown).not.toContain('\u001b');
  });
});

describe('punctual explain', () => {
  it('says why a subscription ran, did not run, and who paused it', async () => {
    const id = await server.due('good-explained');
    expect(await text('explain', id)).toMatch(/^It has been due since .* and waits for its turn\.$/m);
    await server.run(['process-subscriptions', id]);
    const ran = await text('explain', id);
    expect(ran).toMatch(/every day at 09:00, Tokyo time\.$/m);
    expect(ran).toMatch(/^It runs next in .* \(Asia\/Tokyo\)\.$/m);
    expect(ran).toMatch(/^The occurrence of .* completed .*\.$/m);
    await server.run(['pause', 'subscriptions', id]);
    const paused = await text('explain', id);
    expect(paused).toMatch(/^It does not run: ops paused it on .*, until it is resumed\./m);
    expect(await text('explain', bad)).toMatch(/is dead: it failed its only attempt: .*500/);
    expect(await server.json(['explain', id, '--count', '2'])).toMatchObject({ next_occurrences: [{}, {}] });
    expect(await server.run(['explain', '999999999'])).toMatchObject({ code: expect.any(Number), stdout: '' });
  });
});

describe('what goes wrong', () => {
  it.each([
    [['runs', 'nonsense'], 2, 'id'],
    [['jobs', '018f0000-0000-7000-8000-000000000000'], 1, 'no'],
    [['jobs', '--since', 'yesterday'], 2, 'such as 30m, 2h or 7d'],
    [['runs', '--follow'], 2, 'give the id'],
    [['subscriptions', '--status', 'tired'], 2, 'Allowed choices'],
  ])('%j exits with %d and says why', async (args, code, why) => {
    const ended = await server.run(args);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });

  it('tells a wrong token from a missing one, and never repeats it', async () => {
    const wrong = await server.run(['status'], { env: { ADMIN_TOKEN: 'guessed-by-somebody' } });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('does not accept this ADMIN_TOKEN') });
    expect(wrong.stderr).not.toContain('guessed');
    const missing = await server.run(['status'], { env: { ADMIN_TOKEN: '' } });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('set ADMIN_TOKEN') });
  });

  it('exits with 3 when nobody is there, and knows what is not Punctual', async () => {
    const away = await server.run(['status', '--json'], { env: { PUNCTUAL_URL: 'http://127.0.0.1:9' } });
    expect(away.code).toBe(3);
    expect(JSON.parse(away.stderr)).toMatchObject({ error: { code: 'SERVER_UNREACHABLE' } });
    const other = await startServer((_request, response) => response.end('<h1>Shop</h1>'));
    const shop = await server.run(['status', '--url', other.url]).finally(other.close);
    expect(shop).toMatchObject({ code: 1, stderr: expect.stringContaining('is not Punctual') });
  });
});
