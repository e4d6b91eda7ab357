// What axe finds on a page, with its serious findings in words.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

interface Axe {
  run(options: object): Promise<{ violations: Finding[] }>;
}

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of all rules, or of those named; empty: none. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(await source);
  const found = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: Axe }).axe
        .run({ resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) })
        .then(({ violations }) => violations),
    rules && [...rules],
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes
          .map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`)
          .slice(0, 4)
          .join('\n')}`,
    );
}
