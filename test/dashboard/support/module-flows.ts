// What operators do on the pages of modules: make something, look at it, filter, delete.
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.js';

/** Runs in the page. */
const TYPE = `
  const input = document.querySelector('input[type="search"]');
  for (const key of 'two@example.com') {
    input.value += key;
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }`;

/** On the page of webhooks. */
export async function createAndDeleteWebhook(stage: Stage, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create an endpoint' }).click();
  const form = page.getByRole('dialog', { name: 'Create an endpoint' });
  await form.getByLabel('Address').fill('https://hooks.example/punctual');
  await form.getByRole('button', { name: 'Create an endpoint' }).click();
  await form.getByText('choose at least one').waitFor();
  await form.getByLabel('job.dead').check();
  await form.getByRole('button', { name: 'Create an endpoint' }).click();
  const secret = page.getByRole('dialog').getByText(/^whsec_/);
  const first = await secret.textContent();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('link', { name: 'https://hooks.example/punctual' }).click();
  await page.getByRole('heading', { name: 'Webhook endpoint', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Rotate the secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click();
  await secret.waitFor();
  expect(await secret.textContent()).not.toBe(first);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  // what is open is in the address
  await page.reload();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
  expect(await stage.api('GET', '/webhooks')).toMatchObject({ items: [] });
}

/** On the suppression list, with two addresses on it. */
export async function filterSuppressions(stage: Stage, page: Page): Promise<void> {
  await page.getByRole('cell', { name: 'one@example.com' }).waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  // key by key at once, however slow this machine is
  await page.evaluate(TYPE);
  await page.getByRole('cell', { name: 'one@example.com' }).waitFor({ state: 'hidden' });
  expect(asked.filter((url) => url.includes('address=') && !url.endsWith('address=two%40example.com'))).toEqual([]);
  expect(page.url()).toContain('suppression-list?address=two%40example.com');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Clear the filters to see more').waitFor();
  expect(await stage.api('GET', '/suppressions')).toMatchObject({ items: [{ address: 'one@example.com' }] });
}
