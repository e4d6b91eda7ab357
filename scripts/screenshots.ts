// `npm run screenshots`: pictures of the dashboard with the demo's data, for the README and the docs.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../test/dashboard/support/chromium.js';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'docs/pictures');
const LOGIN = /(http:\/\/\S+\/admin)#login=([\w-]+)/;

interface Demo {
  readonly admin: string;
  readonly code: string;
  stop(): Promise<void>;
}

/** Starts the demo, and waits until it has shown everything and says where the dashboard is. */
async function startDemo(): Promise<Demo> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'examples/demo/index.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  if (child.stdout === null) throw new Error('the demo has no output');
  for await (const line of createInterface(child.stdout)) {
    console.log(line);
    const [, admin, code] = LOGIN.exec(line) ?? [];
    if (admin === undefined || code === undefined) continue;
    child.stdout.resume();
    return { admin, code, stop };
  }
  throw new Error('the demo ended before it said where the dashboard is');
}

interface Picture {
  readonly name: string;
  /** Below `/admin/ui`. */
  readonly path: string;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

const NIGHT = encodeURIComponent(JSON.stringify({ frequency: 'daily', time: '02:30', timezone: 'America/New_York' }));

const picturesOf = (subscription: string, run: string, job: string): readonly Picture[] => [
  { name: 'overview', path: 'overview' },
  { name: 'overview-dark', path: 'overview', dark: true },
  { name: 'overview-narrow', path: 'overview', width: 390, height: 844 },
  { name: 'subscription', path: `subscriptions/${subscription}` },
  { name: 'lab', path: `lab?schedule=${NIGHT}`, height: 1_180 },
  { name: 'run', path: `runs/${run}` },
  { name: 'job', path: `jobs/${job}` },
  { name: 'processes', path: 'processes' },
];

async function take(
  page: Page,
  admin: string,
  { name, path: place, width = 1_280, height = 860, dark = false }: Picture,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  await page.goto(`${admin}/ui/${place}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const loading = page.locator('[aria-busy="true"]');
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`docs/pictures/${name}.png`);
}

/** The id of the first thing in a list. */
async function firstOf(page: Page, address: string): Promise<string> {
  const reply = await page.request.get(address);
  const { items } = (await reply.json()) as { items: { id: string; counts?: { failed?: number } }[] };
  const found = items.find(({ counts }) => counts === undefined || (counts.failed ?? 0) > 0) ?? items[0];
  if (found === undefined) throw new Error(`nothing is at ${address}`);
  return found.id;
}

interface Entry {
  readonly outcome: string;
  readonly attempts: number;
}

/** The daily subscription whose past has the most kinds of outcomes. */
async function mostEventful(page: Page, admin: string): Promise<string> {
  const list = await page.request.get(`${admin}/subscriptions?status=completed&frequency=daily&limit=200`);
  const { items } = (await list.json()) as { items: { id: string }[] };
  const kinds = await Promise.all(
    items.map(async ({ id }) => {
      const ledger = await page.request.get(`${admin}/subscriptions/${id}/runs?limit=50`);
      const entries = ((await ledger.json()) as { items: Entry[] }).items;
      return { id, kinds: new Set(entries.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).size };
    }),
  );
  const [best] = kinds.sort((a, b) => b.kinds - a.kinds);
  if (best === undefined) throw new Error('the demo has no daily subscription that has run');
  return best.id;
}

async function takeAll(browser: Browser, { admin, code }: Demo): Promise<void> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto(`${admin}#login=${code}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const subscription = await mostEventful(page, admin);
  const run = await firstOf(page, `${admin}/runs?process=subscriptions&limit=200`);
  const job = await firstOf(page, `${admin}/jobs?status=dead&limit=1`);
  for (const picture of picturesOf(subscription, run, job)) await take(page, admin, picture);
}

await mkdir(folder, { recursive: true });
const demo = await startDemo();
const browser = await launchChromium();
try {
  await takeAll(browser, demo);
} finally {
  await browser.close();
  await demo.stop();
}
