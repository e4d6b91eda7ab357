// The pages of docs/reference: an introduction written by hand, and below a marker what the code says.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** Everything below is generated: `npm run docs:reference` writes it anew. */
const MARKER = '<!-- generated: npm run docs:reference -->';

export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`);

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

export interface CheckedPage {
  readonly found: string;
  readonly expected: string;
}

/** Reads a page and what it should be; with `UPDATE_DOCS=true` it is written first. */
export async function checkPage(name: string, generated: string): Promise<CheckedPage> {
  const page = new URL(`../../docs/reference/${name}`, import.meta.url);
  const [introduction = ''] = readFileSync(page, 'utf8').split(MARKER);
  const options = { ...(await resolveConfig(page)), parser: 'markdown' };
  const expected = await format(`${introduction}${MARKER}\n\n${generated}`, options);
  if (process.env['UPDATE_DOCS'] === 'true') writeFileSync(page, expected);
  return { found: readFileSync(page, 'utf8'), expected };
}
