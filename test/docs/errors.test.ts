// docs/reference/errors.md names every error code, with its kind, status and meaning. `UPDATE_DOCS=true` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { errorReference } from './error-reference.js';

const PAGE = new URL('../../docs/reference/errors.md', import.meta.url);
const BEGIN = '## Codes\n';

it('the reference of error codes says what the code says', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const [introduction = ''] = page.split(BEGIN);
  const expected = await format(`${introduction}${errorReference()}`, {
    ...(await resolveConfig(PAGE)),
    parser: 'markdown',
  });
  if (process.env['UPDATE_DOCS'] === 'true') writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
