// Options that are checked: what is refused, in which words, and under which path.
import { describe, expect, it } from '@jest/globals';
import { checkOptions, type Rule } from '../../../src/base/options/check-options.js';
import { closestWord } from '../../../src/base/options/closest-word.js';
import type { SchedulerError } from '../../../src/base/errors.js';
import * as rules from '../../../src/base/options/option-rules.js';
import { ODD_VALUES } from '../../support/odd-values.js';

const table = {
  count: rules.wholeNumber(1, 1_000),
  waitMs: rules.milliseconds(0, 500),
  by: rules.required(rules.text(5)),
  mode: rules.oneOf(['fast', 'slow']),
  inner: rules.options({ parallel: rules.wholeNumber(1, 10) }),
  list: rules.listOf(rules.options({ id: rules.required(rules.text(5)) })),
};

function errorsOf(options: unknown): Record<string, string> {
  try {
    checkOptions('INVALID_INPUT', 'it', options, table);
    return {};
  } catch (error) {
    const { code, details } = error as SchedulerError;
    expect(code).toBe('INVALID_INPUT');
    return Object.fromEntries((details.errors ?? []).map(({ path, message }) => [path, message]));
  }
}

describe('options', () => {
  it('that are right pass, and undefined counts as not given', () => {
    const inner = { parallel: 10 };
    expect(errorsOf({ by: 'ab', count: 1_000, waitMs: 0.5, mode: 'slow', inner, list: [{ id: 'a' }] })).toEqual({});
    expect(errorsOf({ by: 'ab', count: undefined })).toEqual({});
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['a number out of range', { count: 0 }, { count: 'must be a whole number from 1 to 1,000, not 0' }],
    ['NaN', { waitMs: NaN }, { waitMs: 'must be a number of milliseconds from 0 to 500, not NaN' }],
    ['a word that is not known', { mode: 'FAST' }, { mode: 'must be one of fast, slow' }],
    ['a typo', { conut: 1 }, { conut: 'is not an option: did you mean count?' }],
    ['another spelling', { wait_ms: 1 }, { wait_ms: 'is not an option: did you mean waitMs?' }],
    ['a name from elsewhere', { frobnicate: 1 }, { frobnicate: 'is not an option' }],
    ['what every object has', { constructor: 1 }, { constructor: 'is not an option' }],
    [
      'what is inside',
      { inner: { parallel: 11 } },
      { 'inner.parallel': 'must be a whole number from 1 to 10, not 11' },
    ],
    ['an entry of a list', { list: [{ id: 'a' }, {}] }, { 'list.1.id': expect.stringContaining('is needed') as never }],
    ['a list that is none', { list: { id: 'a' } }, { list: 'must be a list of any length' }],
    ['options that are none', { inner: 7 }, { inner: 'must be an object with options, not 7' }],
  ])('refuses %s', (_what, options, errors) => {
    expect(errorsOf({ by: 'ab', ...(options as object) })).toEqual(errors);
  });

  it('names everything that is wrong at once, and what is missing', () => {
    expect(Object.keys(errorsOf({ count: -1, mode: 3, x: 1 }))).toEqual(['count', 'mode', 'x', 'by']);
    expect(errorsOf(null)).toEqual({ '': 'must be an object with options, not null' });
    expect(errorsOf([])).toEqual({ '': 'must be an object with options, not a list' });
  });

  it('never repeats a text, which may be a secret', () => {
    for (const rule of Object.values(rules).filter((one): one is Rule => typeof one === 'object')) {
      const errors: { message: string }[] = [];
      rule.check('hunter2', 'x', errors as never);
      expect(JSON.stringify(errors)).not.toContain('hunter2');
    }
  });

  it.each(Object.entries(ODD_VALUES))('judges %s without failing itself', (_name, value) => {
    for (const key of Object.keys(table)) expect(() => errorsOf({ by: 'ab', [key]: value })).not.toThrow();
  });
});

describe('closestWord', () => {
  it.each([
    ['timeoutms', 'timeoutMs'],
    ['timeuotMs', 'timeoutMs'],
    ['max-attempts', 'maxAttempts'],
    ['db', null],
    ['x'.repeat(10_000), null],
    ['', null],
  ])('of %s is %s', (word, meant) => {
    expect(closestWord(word, ['timeoutMs', 'maxAttempts', 'id'])).toBe(meant);
  });
});
