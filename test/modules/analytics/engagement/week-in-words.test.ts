// What the weekly mail says.
import { expect, it } from '@jest/globals';
import { weekBefore, weekInWords } from '../../../../src/modules/analytics/engagement/week-in-words.js';

const words = (days: [string, number][]): string =>
  weekInWords(
    'Crew',
    weekBefore(
      '2026-03-09',
      days.map(([day, visits]) => ({ day, visits })),
    ),
  ).body.replaceAll('\n\n', ' ');

it.each<[string, [string, number][], string]>([
  [
    'more',
    [
      ['2026-02-23', 100],
      ['2026-03-02', 12],
      ['2026-03-08', 100],
    ],
    'Crew had 112 visits from 2 March to 8 March 2026, 12 % more than the week before. The busiest day was Sunday 8 March, with 100 visits.',
  ],
  [
    'fewer',
    [
      ['2026-03-01', 2_000],
      ['2026-03-03', 1_000],
    ],
    'Crew had 1,000 visits from 2 March to 8 March 2026, 50 % fewer than the week before. The busiest day was Tuesday 3 March, with 1,000 visits.',
  ],
  [
    'as many',
    [
      ['2026-03-01', 1],
      ['2026-03-03', 1],
    ],
    'Crew had 1 visit from 2 March to 8 March 2026, as many as the week before. The busiest day was Tuesday 3 March, with 1 visit.',
  ],
  [
    'nothing before',
    [
      ['2026-02-22', 9],
      ['2026-03-03', 2],
      ['2026-03-09', 9],
    ],
    'Crew had 2 visits from 2 March to 8 March 2026, after a week without any. The busiest day was Tuesday 3 March, with 2 visits.',
  ],
])('%s', (_name, days, said) => {
  expect(words(days)).toBe(said);
});
