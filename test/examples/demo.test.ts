import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

const headers = { authorization: 'Bearer demo-token-0123456789' };

describe('the demo, as a person runs it', () => {
  let demo: RunningProcess;
  let url = '';

  beforeAll(async () => {
    demo = await startProcess({ script: 'examples/demo/index.ts', ready: /Ctrl-C/, timeoutMs: 120_000 });
    url = /http:\/\/127\.0\.0\.1:\d+(?=, has adopted)/.exec(demo.lines.join('\n'))?.[0] ?? '';
  }, 130_000);
  afterAll(async () => void (await demo?.stop('SIGKILL')));

  it('processes everything that is due, and finds nothing wrong', () => {
    const text = demo.lines.join('\n');
    const due = /Nothing ran for a day: ([\d,]+) of them are due now/.exec(text)?.[1];
    const processed = /processed +([\d,]+)/.exec(text)?.[1];
    expect(text).not.toContain('✗');
    expect(processed).toBe(due);
    expect(text).toMatch(/Nairobi +\w{3},? \d+ \w+,? \d\d:\d\d/);
  });

  it('has looked companies and people up: found, unknown, to be tried again, and one dead, with where to look', async () => {
    const text = demo.lines.join('\n');
    expect(text).toMatch(/Jobs on demand +9 look-ups/);
    expect(text).toMatch(/found +6 +merged/);
    expect(text).toMatch(/unknown +1 +completed without a find/);
    expect(text).toMatch(/failed +1 +the provider returned 429 \(PROVIDER_BUSY\)/);
    expect(text).toMatch(/dead +1 +workspace initech has no key for apollo \(BURIED\)/);
    const dead = /'(http.*\/admin\/jobs\?status=dead)'/.exec(text)?.[1] ?? '';
    const { items } = (await (await fetch(dead, { headers })).json()) as { items: unknown[] };
    expect(items).toMatchObject([{ type: 'enrich_account', workspace_id: 'initech' }]);
  });

  it('shows how to put the dead one right: a key for its workspace, and again', async () => {
    const copied = (what: RegExp): string => demo.lines[demo.lines.findIndex((line) => what.test(line)) + 1] ?? '';
    const send = async (line: string): Promise<number> => {
      const [, method, , body, at] = / -X (\w+) (.*-d '(.*?)' )?'(http.*)'$/.exec(line) ?? [];
      const type = { 'content-type': 'application/json' };
      const init = body === undefined ? { headers } : { headers: { ...headers, ...type }, body };
      return (await fetch(at ?? '', { method: method ?? '', ...init })).status;
    };
    expect(await send(copied(/# give its workspace a key/))).toBe(204);
    const again = copied(/# … and try it again/);
    expect(await send(again)).toBe(200);
    const job = /'(http.*)\/retry'$/.exec(again)?.[1] ?? '';
    const status = async (): Promise<unknown> =>
      ((await (await fetch(job, { headers })).json()) as { status: unknown }).status;
    await waitFor(async () => (await status()) === 'completed');
  });

  it('has sent mails, shows one, and says where they are', () => {
    const text = demo.lines.join('\n');
    expect(text).toMatch(/sent +25 +as \.eml files in \//);
    expect(text).toMatch(
      /Subject: Your weekly report is ready[^]*It has everything since Monday\.[^]*Unsubscribe: https:/,
    );
  });

  it('has imported a batch list, exactly, and says what was left out', () => {
    const text = demo.lines.join('\n');
    expect(text).toMatch(/members +48,000 +in /);
    expect(text).toMatch(/duplicates +1,750/);
    expect(text).toMatch(/invalid +250 .*not an address/);
  });

  it('has cleaned up the tables of the application, and counted the visits of a team', () => {
    const text = demo.lines.join('\n');
    expect(text).toMatch(/deleted +120 +verification codes older than 30 days; 5 younger ones stay/);
    expect(text).toMatch(/deleted +40 +expired OAuth states; 3 stay/);
    expect(text).toMatch(/archived +60 +page visits older than 400 days/);
    expect(text).toMatch(/counted +9 +visits of the team Studio by 1 person, on \d{4}-\d\d-\d\d in Asia\/Tokyo/);
  });

  it('has charged and published pages, and shows how to have a declined card tried again', async () => {
    const text = demo.lines.join('\n');
    expect(text).toMatch(/paid +3 +\$23\.97, published; 3 messages/);
    expect(text).toMatch(/declined +1 +insufficient_funds: /);
    expect(text).toMatch(/waiting +1 +no_customer: /);
    const copied = (what: string): string => demo.lines[demo.lines.findIndex((line) => line.includes(what)) + 1] ?? '';
    const send = async (line: string): Promise<number> => {
      const [, body, at] = / -X POST (?:.*-d '(.*?)' )?'(http.*)'$/.exec(line) ?? [];
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const reply = await fetch(at ?? '', {
        method: 'POST',
        headers: { ...headers, ...type },
        ...(body ? { body } : {}),
      });
      return reply.status;
    };
    const read = /'(http.*)'$/.exec(copied('# the card that was declined'))?.[1] ?? '';
    const declined = async (): Promise<unknown[]> =>
      ((await (await fetch(read, { headers })).json()) as { items: unknown[] }).items;
    expect(await declined()).toMatchObject([{ reason: 'insufficient_funds', customer_id: 'cus_bookshop' }]);
    expect(await send(copied('# the customer calls'))).toBe(204);
    expect(await send(copied('# … so have it tried again'))).toBe(200);
    const pass = copied('# … by the next pass');
    // the clock of the demo may be at a pass of its own
    await waitFor(async () => (await send(pass)) === 200, { timeoutMs: 20_000 });
    expect(await declined()).toEqual([]);
  });

  it('stays up, and every line to copy that only reads works', async () => {
    const urls = demo.lines.flatMap((line) =>
      / -X POST|-d '/.test(line) ? [] : (/^ +curl .*'(http[^']+)'$/.exec(line)?.[1] ?? []),
    );
    expect(urls.length).toBeGreaterThanOrEqual(6);
    const statuses = await Promise.all(urls.map(async (at) => [at, (await fetch(at, { headers })).status]));
    expect(statuses).toEqual(urls.map((at) => [at, 200]));
  });

  it('stops everything in order on Ctrl-C', async () => {
    expect(await demo.stop('SIGINT', 60_000)).toEqual({ code: 0, signal: null });
    const stopped = demo.lines.flatMap((line) => /stopping: (.*)$/.exec(line)?.[1] ?? []);
    expect(stopped).toEqual([
      'server',
      'mail server',
      'chat provider',
      'payment provider',
      'members provider',
      'enrichment provider',
      'worker',
      'database',
      'PostgreSQL',
    ]);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });
});
