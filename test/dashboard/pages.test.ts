// Every page, narrow and wide, light and dark: nothing overflows, nobody is shut out, the browser has nothing to complain about.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { seriousFindings } from './support/accessibility.js';
import { describeInBrowser } from './support/chromium.js';
import { setStage, type Stage } from './support/stage.js';

jest.setTimeout(120_000);

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
  const { items } = await stage.api<{ items: Created[] }>('GET', '/runs?limit=1');
  return [
    ...['overview', 'subscriptions', `subscriptions/${subscription.id}`, 'lab', 'processes', 'processes/subscriptions'],
    ...['runs', `runs/${items[0]?.id}`, 'jobs', `jobs/${job.id}`, 'jobs/new', 'dead', 'queues', 'instances', 'audit'],
    ...['api', 'api/processSubscriptions'],
  ];
}

const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('[aria-busy="true"]'));

describeInBrowser('every page', () => {
  let stage: Stage;
  let pages: readonly string[];

  beforeAll(async () => {
    stage = await setStage();
    pages = await fill(stage);
  });
  afterAll(() => stage?.close());

  async function lookAtAll(options: Parameters<Stage['enter']>[1], check: (page: Page) => Promise<unknown>) {
    const { page, complaints, close } = await stage.enter('overview', options);
    const found: Record<string, unknown> = {};
    for (const path of pages) {
      await page.goto(`${stage.url}/admin/ui/${path}`);
      await settled(page);
      found[path] = await check(page);
    }
    expect(complaints()).toEqual([]);
    await close();
    return found;
  }
  const nothing = (): Record<string, unknown> => Object.fromEntries(pages.map((path) => [path, []]));

  it.each(['light', 'dark'] as const)('has no serious finding of axe, %s', async (colorScheme) => {
    expect(await lookAtAll({ colorScheme }, seriousFindings)).toEqual(nothing());
  });

  it.each([360, 1_280, 2_560])('fits into %s pixels', async (width) => {
    const tooWide = (page: Page): Promise<string[]> =>
      page.evaluate(() =>
        document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} px`] : [],
      );
    expect(await lookAtAll({ viewport: { width, height: 800 } }, tooWide)).toEqual(nothing());
  });
});
