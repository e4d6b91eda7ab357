// Every page, narrow and wide, light and dark: nothing overflows, nobody is shut out, the browser has nothing to complain about.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { seriousFindings } from './support/accessibility.js';
import { describeInBrowser } from './support/describe-in-browser.js';
import { setStage, type Stage } from './support/stage.js';

jest.setTimeout(180_000);

const WIDTHS = [360, 2_560];

interface Created {
  readonly id: string;
}

/** Something of everything: what ran well, what failed, what died. */
async function fill(stage: Stage): Promise<readonly string[]> {
  const subscription = await stage.api<Created>('POST', '/subscriptions', {
    user_id: '4711',
    tenant_id: 'acme',
    schedule: { time: '09:00', timezone: 'America/New_York' },
  });
  await stage.api('POST', `/subscriptions/${subscription.id}/process`);
  const job = await stage.api<Created>('POST', '/jobs', {
    type: 'enrich_account',
    payload: { domain: 'bakery.example' },
    workspace_id: 'initech',
  });
  await waitFor(async () => (await stage.api<{ status: string }>('GET', `/jobs/${job.id}`)).status === 'dead');
  const { endpoint } = await stage.api<{ endpoint: Created }>('POST', '/webhooks', {
    url: 'https://hooks.example/punctual',
    events: ['job.dead'],
  });
  await stage.api('POST', '/suppressions', { address: 'bounced@example.com', detail: 'asked by phone' });
  const { items } = await stage.api<{ items: Created[] }>('GET', '/runs?limit=1');
  return [
    ...['overview', 'subscriptions', `subscriptions/${subscription.id}`, 'lab', 'processes', 'processes/subscriptions'],
    ...[
      'runs',
      `runs/${items[0]?.id}`,
      'jobs',
      `jobs/${job.id}`,
      'jobs/new',
      'jobs/new?type=enrich_account',
      'dead',
      'queues',
      'instances',
      'audit',
    ],
    ...['api', 'api/processSubscriptions', 'people/4711', 'people/nobody'],
    ...['modules/notifications/notifications', 'modules/notifications/notifications/suppression-list'],
    ...['modules/digests/digests', 'modules/lists/lists', `modules/webhooks/endpoints/endpoints/${endpoint.id}`],
  ];
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await waitFor(async () => (await page.locator('[aria-busy="true"]').count()) === 0, { timeoutMs: 20_000 });
}

describeInBrowser('every page', () => {
  let stage: Stage;
  let pages: readonly string[];

  beforeAll(async () => {
    stage = await setStage();
    pages = await fill(stage);
  });
  afterAll(() => stage?.close());

  async function look(page: Page, path: string): Promise<string[]> {
    await page.goto(`${stage.url}/admin/ui/${path}`);
    await settled(page);
    const found = await seriousFindings(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const actual = await page.evaluate<number>('document.documentElement.scrollWidth');
      if (actual > width) found.push(`is ${actual} pixels wide where there are ${width}`);
    }
    await page.setViewportSize({ width: 1_280, height: 800 });
    return found;
  }

  it('can be read by everybody, at any width', async () => {
    const { page, complaints, close } = await stage.enter('overview');
    const found: Record<string, string[]> = {};
    for (const path of pages) found[path] = await look(page, path);
    expect(found).toEqual(Object.fromEntries(pages.map((path) => [path, []])));
    expect(complaints()).toEqual([]);
    await close();
  });

  it('has enough contrast in the dark', async () => {
    const { page, close } = await stage.enter('overview', { colorScheme: 'dark' });
    const found: string[] = [];
    for (const path of pages.filter((_, n) => n % 3 === 0)) {
      await page.goto(`${stage.url}/admin/ui/${path}`);
      await settled(page);
      found.push(...(await seriousFindings(page, ['color-contrast'])));
    }
    expect(found).toEqual([]);
    await close();
  });

  it('shows the rows of a list as cards where it is narrow', async () => {
    const { page, close } = await stage.enter('subscriptions', { viewport: { width: 360, height: 780 } });
    const cell = page.getByRole('cell').filter({ hasText: '4711' }).first();
    await cell.waitFor();
    const label = `getComputedStyle(document.querySelector('tbody td:not(.pick)'), '::before').content`;
    expect(await page.evaluate<string>(label)).toBe('"User"');
    await page.getByRole('button', { name: 'Pages', exact: true }).click();
    await page.getByRole('dialog', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await close();
  });
});
