import { afterEach, describe, expect, it } from '@jest/globals';
import { createBudget } from '../../examples/enrichment-provider/budget.js';
import { readSettings } from '../../examples/enrichment-provider/settings.js';
import { startProcess, type RunningProcess } from '../support/processes.js';

describe('the example enrichment provider', () => {
  let provider: RunningProcess | undefined;
  let url = '';
  const start = async (...args: string[]): Promise<void> => {
    provider = await startProcess({
      script: 'examples/enrichment-provider/index.ts',
      args: ['--port', '0', '--latency-ms', '0', '--key', 'sk-test', ...args],
      ready: /"port":(\d+)/,
    });
    url = `http://127.0.0.1:${provider.ready[1]}/api/v1`;
  };
  afterEach(async () => void (await provider?.stop('SIGKILL')));

  const company = (query: string, key = 'sk-test', signal?: AbortSignal): Promise<Response> =>
    fetch(`${url}/organizations/enrich${query}`, { headers: { 'x-api-key': key }, ...(signal ? { signal } : {}) });
  const person = (body: unknown): Promise<Response> =>
    fetch(`${url}/people/match`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('knows companies and people, and says so when it knows nothing', async () => {
    await start();
    expect(await (await company('?domain=Example.com')).json()).toMatchObject({
      organization: { name: 'Example Ltd', primary_domain: 'example.com', estimated_num_employees: 42 },
    });
    expect(await (await company('?domain=nobody.example')).json()).toEqual({});
    expect(await (await person({ email: 'haruka@tea.example' })).json()).toMatchObject({
      person: { first_name: 'Haruka', organization: { primary_domain: 'tea.example' } },
    });
    expect(await (await person({ email: 'nobody@tea.example' })).json()).toEqual({ person: null });
  });

  it('answers errors as it should', async () => {
    await start();
    const elsewhere = fetch(`${url}/elsewhere`, { headers: { 'x-api-key': 'sk-test' } });
    const wrong = [company('?domain=example.com', 'sk-another'), company(''), person({}), elsewhere];
    expect(await Promise.all(wrong.map(async (reply) => (await reply).status))).toEqual([401, 422, 422, 404]);
    const trouble = async (domain: string): Promise<number> => (await company(`?domain=${domain}`)).status;
    expect(await Promise.all(['spent', 'locked', 'broken'].map((name) => trouble(`${name}.example`)))).toEqual([
      402, 403, 503,
    ]);
    const busy = await person({ email: 'ada@busy.example' });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '600']);
  });

  it('keeps to its calls per minute on each route, and says how many are left', async () => {
    await start('--per-minute', '2');
    const replies = [await company('?domain=example.com'), await company('?domain=tea.example'), await company('')];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(replies.map(({ headers }) => headers.get('x-minute-requests-left'))).toEqual(['1', '0', '0']);
    expect(Number(replies[2]?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await person({ email: 'ada@example.com' })).status).toBe(200);
  });

  it('is silent on demand, and still ends when told to', async () => {
    await start();
    const silence = company('?domain=silent.example', 'sk-test', AbortSignal.timeout(300));
    await expect(silence).rejects.toMatchObject({ name: 'TimeoutError' });
    const fate = company('?domain=silent.example').then(
      () => 'answered',
      () => 'cut',
    );
    expect((await company('?domain=example.com')).status).toBe(200);
    expect(await provider?.stop()).toEqual({ code: 0, signal: null });
    expect(await fate).toBe('cut');
  });
});

describe('its budget', () => {
  it('opens a new window a minute after the first call of the one before', () => {
    let now = 10_000;
    const take = createBudget(1, () => now);
    expect(take('/a')).toEqual({ granted: true, used: 1, left: 0, resetS: 60 });
    now += 59_000;
    expect(take('/a')).toEqual({ granted: false, used: 1, left: 0, resetS: 1 });
    now += 1_000;
    expect(take('/a')).toMatchObject({ granted: true, resetS: 60 });
  });
});

describe('its settings', () => {
  it('come from flags, then the environment, then defaults', () => {
    const settings = readSettings(['--key', 'sk-flag'], { PROVIDER_KEY: 'sk-env', PROVIDER_PER_MINUTE: '5', PORT: '' });
    expect(settings).toEqual({ port: 4100, key: 'sk-flag', perMinute: 5, latencyMs: 20 });
  });
  it.each([
    [['--latency-ms', 'slow'], '--latency-ms'],
    [['--port', '-1'], '--port'],
    [['--per-minute', '1.5'], '--per-minute'],
    [['--nonsense', '1'], '--nonsense'],
  ])('are checked: %j', (args, named) => {
    expect(() => readSettings(args, {})).toThrow(named);
  });
});
