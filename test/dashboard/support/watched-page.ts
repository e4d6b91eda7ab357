// A page that notes what a browser complains about: errors of scripts and on the console, violations of the security policy.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** What was complained about so far; read once. */
  complaints(): string[];
  close(): Promise<void>;
}

/** A browser notes every refusal: of the way in without a session, of a schedule that is not whole while it is typed, of a wrong job. */
const EXPECTED = /status of (401 .*\/ui\/(session|login)|400 .*\/(schedules\/(preview|calendar|compare)|jobs))$/;

/** Runs in the page. */
const TELL_VIOLATIONS = `
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
    console.error('violates ' + violatedDirective + ': ' + blockedURI + ' in ' + sourceFile))`;

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  let heard: string[] = [];
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && !EXPECTED.test(text)) heard.push(text);
  });
  await page.addInitScript({ content: TELL_VIOLATIONS });
  return {
    page,
    complaints: () => {
      const all = heard;
      heard = [];
      return all;
    },
    close: () => context.close(),
  };
}
