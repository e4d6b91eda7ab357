import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess, type RunningProcess } from '../support/processes.js';

const headers = { authorization: 'Bearer demo' };

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
    expect(stopped).toEqual(['server', 'worker', 'database', 'PostgreSQL']);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });
});
