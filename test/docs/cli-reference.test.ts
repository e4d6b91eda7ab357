// docs/reference/cli.md shows the help of every command as it is. `npm run docs:cli` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { cliReference } from './cli-reference.js';

const PAGE = new URL('../../docs/reference/cli.md', import.meta.url);
const BEGIN = '## punctual\n';

it('the reference of the command line says what the commands say', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const [introduction = ''] = page.split(BEGIN);
  const expected = await format(`${introduction}${await cliReference()}`, {
    ...(await resolveConfig(PAGE)),
    parser: 'markdown',
  });
  if (process.env['UPDATE_DOCS'] === 'true') writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
