// The pages of docs/reference say what the code says. `npm run docs:reference` writes them anew.
import { expect, it } from '@jest/globals';
import { eventReference } from './event-reference.js';
import { metricReference } from './metric-reference.js';
import { optionReference } from './option-reference.js';
import { checkPage } from './reference-page.js';
import { variableReference } from './variable-reference.js';

it.each([
  ['options.md', optionReference],
  ['events.md', eventReference],
  ['environment.md', variableReference],
  ['metrics.md', metricReference],
])('docs/reference/%s is up to date', async (name, generate) => {
  const { found, expected } = await checkPage(name, generate());
  expect(found).toBe(expected);
});
