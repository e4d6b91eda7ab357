// What operators do with many jobs at once.
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.js';

const WORKSPACE = 'umbrella';

/** Two that wait are cancelled together, and tried again together. */
export async function changeChosenJobs(stage: Stage, enter: (path: string) => Promise<Page>): Promise<void> {
  for (const domain of ['one.example', 'two.example']) {
    await stage.api('POST', '/jobs', {
      type: 'enrich_account',
      payload: { domain },
      run_at: '2999-01-01T00:00:00Z',
      workspace_id: WORKSPACE,
    });
  }
  const page = await enter(`jobs?workspace_id=${WORKSPACE}`);
  await page.getByRole('cell').filter({ hasText: 'two.example' }).waitFor();
  await page.getByLabel('Choose all on this page').check();
  expect(await page.getByRole('button', { name: 'Retry 0…' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Cancel 2…' }).click();
  await page.getByRole('button', { name: 'Cancel 2', exact: true }).click();
  await page.getByText('2 jobs cancelled.').waitFor();
  await page.getByRole('cell', { name: 'cancelled' }).nth(1).waitFor();
  await page.getByLabel('Choose all on this page').check();
  await page.getByRole('button', { name: 'Retry 2…' }).click();
  await page.getByRole('button', { name: 'Retry 2', exact: true }).click();
  await page.getByText('2 jobs will be tried again.').waitFor();
}
