// What is wrong with a value, in words that fit behind the path of its field. A schema's own messages come before these.
import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;
type Bound = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  date: 'a date',
  null: 'null',
  undefined: 'left out',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-03-08T07:30:00Z',
  date: 'a date such as 2026-03-08',
  time: 'a time of day such as 07:30',
  email: 'a mail address such as ada@example.com',
  url: 'a URL such as https://example.com/path',
  uuid: 'a UUID',
  guid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  base64: 'Base64',
  json_string: 'JSON',
};

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
  map: ['entry', 'entries'],
  record: ['entry', 'entries'],
  object: ['entry', 'entries'],
};

/** `at least 3 characters`, `less than 10`. */
function bounded(issue: Bound, limit: number | bigint, words: readonly [inclusive: string, exclusive: string]): string {
  const [inclusive, exclusive] = words;
  const word = issue.inclusive === false ? exclusive : inclusive;
  const unit = UNITS[issue.origin];
  const amount = issue.origin === 'date' ? new Date(Number(limit)).toISOString() : String(limit);
  if (unit === undefined) return `must be ${issue.exact ? 'exactly' : word} ${amount}`;
  return `must have ${issue.exact ? 'exactly' : word} ${amount} ${Number(limit) === 1 ? unit[0] : unit[1]}`;
}

function ofFormat({ format }: z.core.$ZodIssueInvalidStringFormat): string {
  const wanted = FORMATS[format];
  return wanted === undefined ? 'does not have the expected form' : `must be ${wanted}`;
}

function ofType({ expected }: z.core.$ZodIssueInvalidType, input: unknown): string {
  if (input === undefined) return 'is required';
  return `must be ${TYPES[expected] ?? expected}`;
}

/**
 * What `schema.safeParse` returns, with messages in our words. Only an invalid value is parsed with them: zod's compiled parser, which is
 * twenty times faster, is not used where messages are given.
 */
export function parsedBy<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed : schema.safeParse(value, { error: issueText });
}

/**
 * Undefined for what zod says well enough, and for what a check of the schema's own has said.
 */
function issueText(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue as z.core.$ZodIssueInvalidType, issue.input);
    case 'invalid_value': {
      if (issue.input === undefined) return 'is required';
      const { values } = issue as z.core.$ZodIssueInvalidValue;
      return `must be ${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}`;
    }
    case 'too_small': {
      const small = issue as z.core.$ZodIssueTooSmall;
      if (small.minimum === 1 && small.origin in UNITS && !small.exact) return 'must not be empty';
      return bounded(small, small.minimum, ['at least', 'more than']);
    }
    case 'too_big':
      return bounded(issue as z.core.$ZodIssueTooBig, (issue as z.core.$ZodIssueTooBig).maximum, [
        'at most',
        'less than',
      ]);
    case 'not_multiple_of':
      return `must be a multiple of ${String((issue as z.core.$ZodIssueNotMultipleOf).divisor)}`;
    case 'invalid_format':
      return ofFormat(issue as z.core.$ZodIssueInvalidStringFormat);
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'matches none of the allowed forms';
    case 'unrecognized_keys':
      return 'has unknown fields';
    case 'invalid_key': {
      // the name of a field of a record: what its schema says
      const { issues } = issue as z.core.$ZodIssueInvalidKey;
      return issues.map(({ message }) => message).join('; ') || undefined;
    }
    default:
      return undefined;
  }
}

/** `body.name is required; body.age must be a number`, with at most 20 issues. */
export const describeIssues = (issues: readonly z.core.$ZodIssue[]): string =>
  issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.map(String).join('.')} ${message}`.trim())
    .join('; ');
