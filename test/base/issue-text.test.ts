import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { describeIssues, parsedBy } from '../../src/base/issue-text.js';

function said(schema: z.ZodType, value: unknown): string {
  const parsed = parsedBy(schema, value);
  if (parsed.success) throw new Error('it was accepted');
  return describeIssues(parsed.error.issues);
}

describe('what is wrong with a value', () => {
  it.each<[schema: z.ZodType, value: unknown, message: string]>([
    [z.string(), 1, 'must be text'],
    [z.string(), undefined, 'is required'],
    [z.coerce.number(), 'x', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.record(z.string(), z.unknown()), [], 'must be an object'],
    [z.object({ a: z.null() }), { a: 1 }, 'a must be null'],
    [z.enum(['low', 'high']), 'now', 'must be one of low, high'],
    [z.enum(['low', 'high']), undefined, 'is required'],
    [z.literal('smtp'), 'ses', 'must be smtp'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(3), 'ab', 'must have at least 3 characters'],
    [z.string().length(1), 'ab', 'must have exactly 1 character'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().max(10_000), 10_001, 'must be at most 10000'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().lt(5), 5, 'must be less than 5'],
    [z.number().multipleOf(5), 4, 'must be a multiple of 5'],
    [z.date().max(new Date(0)), new Date(1), 'must be at most 1970-01-01T00:00:00.000Z'],
    [z.uuid(), 'x', 'must be a UUID'],
    [z.url(), 'x', 'must be a URL such as https://example.com/path'],
    [z.iso.datetime(), 'x', 'must be a time such as 2026-03-08T07:30:00Z'],
    [z.string().regex(/^a$/), 'b', 'does not have the expected form'],
    [z.union([z.string(), z.number()]), true, 'matches none of the allowed forms'],
    [z.strictObject({}), { a: 1 }, 'has unknown fields'],
    [z.record(z.string().regex(/^a/, 'must begin with a'), z.number()), { b: 1 }, 'b must begin with a'],
    [z.object({ a: z.array(z.number()) }), { a: [1, 'x'] }, 'a.1 must be a number'],
  ])('%#', (schema, value, message) => expect(said(schema, value)).toBe(message));

  it('leaves a message of the schema as it is', () => {
    expect(said(z.string('must be a name'), 1)).toBe('must be a name');
    expect(said(z.string().regex(/^a$/, 'must be a'), 'b')).toBe('must be a');
    expect(
      said(
        z.number().refine((value) => value > 1, 'must be a prime'),
        1,
      ),
    ).toBe('must be a prime');
  });
});
