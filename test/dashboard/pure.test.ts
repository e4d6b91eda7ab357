// What the client decides by itself, without a browser: which inputs fit a schema, and where the jobs of a graph stand.
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  shapeOf,
  startOf,
  type FieldShape,
  type JsonSchema,
} from '../../packages/dashboard/src/components/json-form/shape.js';
import { bodyOfDraft, draftOf, faultOf } from '../../packages/dashboard/src/pages/modules/form/draft.js';
import { filled, inShort, isOffered, nameOf } from '../../packages/dashboard/src/pages/modules/items.js';
import { toneOfDead, toneOfLag, toneOfWaiting } from '../../packages/dashboard/src/pages/overview/tones.js';
import { endsInWords, hear, lastMinute, NOTHING_HEARD } from '../../packages/dashboard/src/state/throughput.js';
import { needsWhole, valueInWords } from '../../packages/dashboard/src/pages/audit/value-in-words.js';
import { hoursOf } from '../../packages/dashboard/src/pages/lab/hours-of-day.js';
import { readingBefore } from '../../packages/dashboard/src/time/clock-changes.js';
import { layOut } from '../../packages/dashboard/src/pages/jobs/graph/layout.js';

const schemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

function fieldsOf(schema: z.ZodType): Record<string, FieldShape> {
  const shape = shapeOf(schemaOf(schema));
  if (shape.kind !== 'object') throw new Error(`it is a ${shape.kind}`);
  return Object.fromEntries(shape.fields.map((field) => [field.name, field]));
}

describe('the form of a schema', () => {
  it('has an input for each kind of value', () => {
    const fields = fieldsOf(
      z.strictObject({
        name: z.string().max(80),
        email: z.email().optional(),
        count: z.int().min(1).describe('How many'),
        share: z.number().nullable(),
        urgent: z.boolean().default(false),
        colour: z.enum(['red', 'green']),
        only: z.union([z.literal('a'), z.literal(7)]),
        lines: z.array(z.object({ sku: z.string() })),
        extra: z.record(z.string(), z.unknown()),
      }),
    );
    expect(fields).toMatchObject({
      name: { required: true, shape: { kind: 'text', needed: false, most: 80 } },
      email: { required: false, shape: { kind: 'text', format: 'email', needed: true } },
      count: { shape: { kind: 'number', whole: true, least: 1 }, description: 'How many' },
      share: { required: true, nullable: true, shape: { kind: 'number', whole: false } },
      urgent: { required: false, initial: false, shape: { kind: 'boolean' } },
      colour: { shape: { kind: 'choice', values: ['red', 'green'] } },
      only: { shape: { kind: 'choice', values: ['a', 7] } },
      lines: { shape: { kind: 'list', item: { kind: 'object' } } },
      extra: { shape: { kind: 'json' } },
    });
    // a whole number is bounded by what JavaScript can count, which is no news
    expect(fields.count?.shape).not.toHaveProperty('most');
  });

  it('ends where a schema refers to itself', () => {
    interface Tree {
      name: string;
      parts: Tree[];
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), parts: z.array(tree) }));
    expect(JSON.stringify(shapeOf(schemaOf(z.object({ tree }))))).toContain('"kind":"json"');
  });

  it('is raw JSON for what is no object', () => {
    expect(shapeOf(schemaOf(z.record(z.string(), z.string())))).toEqual({ kind: 'json' });
    expect(shapeOf(schemaOf(z.unknown()))).toEqual({ kind: 'json' });
  });

  it('begins with what is required, and nothing else', () => {
    const schema = z.object({
      name: z.string(),
      count: z.number(),
      note: z.string().nullable(),
      colour: z.enum(['red', 'green']).default('green'),
    });
    expect(startOf(shapeOf(schemaOf(schema)))).toEqual({ name: '', note: null });
  });
});

describe('the graph of jobs', () => {
  const node = (id: string) => ({ id, created_at: '2026-11-29T09:00:00.000Z' });
  const size = { width: 100, height: 20 };

  it('stands each job to the right of all that it depends on', () => {
    const edges = [
      ['a', 'b'],
      ['b', 'd'],
      ['a', 'd'],
      ['c', 'd'],
    ].map(([from = '', to = '']) => ({ from, to }));
    const { nodes, edges: lines } = layOut(['d', 'c', 'b', 'a'].map(node), edges, size);
    const x = Object.fromEntries(nodes.map(({ node: { id }, x }) => [id, x]));
    expect([x.a, x.c]).toEqual([2, 2]);
    expect(x.b).toBeGreaterThan(x.a ?? 0);
    expect(x.d).toBeGreaterThan(x.b ?? 0);
    expect(lines.map(({ key }) => key)).toEqual(['a b', 'b d', 'a d', 'c d']);
  });

  it('is drawn, whatever its data: a circle, and a line to a job that was left out', () => {
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
      { from: 'gone', to: 'a' },
    ];
    const { nodes, edges: lines, height } = layOut([node('a'), node('b')], edges, size);
    expect(nodes).toHaveLength(2);
    expect(lines).toHaveLength(2);
    expect(height).toBeLessThan(100);
  });
});

describe('the page of a module', () => {
  const row = { id: 'a/b', status: 'dead', progress: { done: 3 }, empty: null };

  it('fills the fields of an item into addresses, and leaves out those that would have holes', () => {
    expect(filled('/things/:id/retry?status=:status', row)).toBe('/things/a%2Fb/retry?status=dead');
    expect(filled('people/:empty', row)).toBeNull();
    expect(nameOf([{ field: 'status', kind: 'text' }], row)).toBe('dead');
    expect(nameOf([{ field: 'id', kind: 'id' }], { id: 'b6a37297-70c5-4dfe-b526-fe826f038799' })).toBe('b6a37297…');
    expect(nameOf([{ field: 'empty', kind: 'text' }], row)).toBe('');
  });

  it('offers an action for the items that it is meant for', () => {
    const action = { path: '/things/:id' };
    expect(isOffered({ ...action, when: { field: 'status', values: ['dead'] } }, row)).toBe(true);
    expect(isOffered({ ...action, when: { field: 'progress.done', values: ['3'] } }, row)).toBe(false);
    expect(isOffered({ ...action, path: '/things/:empty' }, row)).toBe(false);
    const both = (done: number) => [
      { field: 'status', values: ['dead', 'failed'] },
      { field: 'progress.done', values: [done] },
      { field: 'empty', values: [null] },
    ];
    expect(isOffered({ ...action, when: both(3) }, row)).toBe(true);
    expect(isOffered({ ...action, when: both(4) }, row)).toBe(false);
  });

  it('writes lists, numbers by name and flags as people do', () => {
    expect(inShort({ no_customer: 2, 'declined: expired': 1 })).toBe('no customer (2), declined: expired (1)');
    expect(inShort(['a', 'b'])).toBe('a, b');
    expect(inShort(false)).toBe('no');
    expect(inShort('2026-11-30T07:00:00')).toBe('2026-11-30 07:00');
    expect(inShort('2026-11-30T07:00:00Z')).toBe('2026-11-30T07:00:00Z');
  });

  it('sends what was entered: of a new thing what is there, of a change what is different', () => {
    const fields = [
      { field: 'name', kind: 'text' },
      { field: 'size', kind: 'number' },
      { field: 'kinds', kind: 'choices', required: true },
      { field: 'data', kind: 'json', value: '{}' },
    ] as const;
    const create = { method: 'post', fields } as const;
    const change = { ...create, method: 'patch' } as const;
    const empty = draftOf(create, {});
    expect(empty).toEqual({ name: '', size: '', kinds: [], data: '{}' });
    const entered = { ...empty, name: ' x ', kinds: ['b'], data: '{"n": 1}' };
    expect(bodyOfDraft(create, entered, empty)).toEqual({ name: 'x', kinds: ['b'], data: { n: 1 } });
    const before = draftOf(change, { name: 'x', size: 7, kinds: ['a'], data: null });
    expect(bodyOfDraft(change, { ...before, name: '', size: '8' }, before)).toEqual({ name: null, size: 8 });
    expect(faultOf(fields[2], [])).toBe('choose at least one');
    expect(faultOf(fields[3], '{"n": ')).toMatch(/JSON/);
  });
});

describe('the throughput of jobs', () => {
  const ends = (type: string, completed: number, dead = 0) => ({ type, completed, retried: 0, dead, cancelled: 0 });
  const heard = [
    { at: 1_000, types: [ends('mail', 50)] },
    { at: 30_000, types: [ends('mail', 8, 1), ends('bill', 2)] },
    { at: 61_500, types: [ends('bill', 4)] },
  ].reduce(hear, { ...NOTHING_HEARD, since: 0 });

  it('is what ended within the last minute, of one type or of all', () => {
    expect(lastMinute(heard, 62_000)).toEqual({
      ends: { completed: 14, retried: 0, dead: 1, cancelled: 0 },
      total: 15,
      seconds: 60,
    });
    expect(lastMinute(heard, 62_000, 'bill')).toMatchObject({ ends: { completed: 6, dead: 0 } });
    expect(lastMinute(heard, 100_000)).toMatchObject({ total: 4 });
    expect(lastMinute(heard, 200_000)).toMatchObject({ total: 0 });
  });

  it('says how short it has listened, and nothing at the very start or while it does not listen', () => {
    expect(lastMinute({ since: 0, heard: [] }, 20_000)).toMatchObject({ total: 0, seconds: 20 });
    expect(lastMinute({ since: 0, heard: [] }, 500)).toBeNull();
    expect(lastMinute(NOTHING_HEARD, 90_000)).toBeNull();
  });

  it('is told by outcome', () => {
    expect(endsInWords({ completed: 14, retried: 2, dead: 0, cancelled: 1 }, String)).toBe(
      '14 completed, 2 to be retried, 1 cancelled',
    );
  });
});

describe('the colour of a tile', () => {
  it('comes from its own figure', () => {
    expect([toneOfLag(10), toneOfLag(61), toneOfLag(301)]).toEqual([undefined, 'warn', 'bad']);
    expect([toneOfDead(0), toneOfDead(1)]).toEqual([undefined, 'warn']);
    expect([toneOfWaiting(9_999), toneOfWaiting(10_000)]).toEqual([undefined, 'warn']);
  });
});

describe('a day of the schedule lab', () => {
  const at = (local: string, offset: string) => ({
    at: local,
    local: `2027-10-31T${local}`,
    utc_offset: offset,
    notes: [],
  });

  it('has a row for each hour, and two for one that exists twice', () => {
    const days = [
      at('01:30:00', '+02:00'),
      at('02:00:00', '+02:00'),
      at('02:30:15', '+02:00'),
      at('02:00:00', '+01:00'),
    ];
    const leftOut = { ...at('03:00:00', '+01:00'), at: null };
    expect(hoursOf([...days, leftOut])).toEqual([
      { hour: '01', offset: '+02:00', minutes: ['30'] },
      { hour: '02', offset: '+02:00', minutes: ['00', '30:15'] },
      { hour: '02', offset: '+01:00', minutes: ['00'] },
    ]);
  });

  it('says what the clock showed before it was changed', () => {
    expect(['03:00', '02:00', '00:00', '00:30'].map((after) => readingBefore(after, 60))).toEqual([
      ...['02:00', '01:00', '23:00', '23:30'],
    ]);
    expect([readingBefore('02:00', -60), readingBefore('23:30', -30), readingBefore('00:00', 1_440)]).toEqual([
      ...['03:00', '00:00', '00:00'],
    ]);
  });
});

describe('the audit log', () => {
  it('says in a line what fits there, and shows the rest in whole', () => {
    expect(valueInWords({ only: ['cleanup', 'analytics'], dry_run: false })).toBe(
      'only: cleanup, analytics, dry run: no',
    );
    expect(valueInWords({ filter: null, tags: [] })).toBe('filter: none, tags: none');
    expect(needsWhole({ run_id: 'a', input: { only: ['cleanup'] } })).toBe(false);
    expect(needsWhole({ before: { schedule: { time: '09:00' } } })).toBe(true);
    expect(needsWhole({ ids: Array.from({ length: 40 }, (_, n) => `id ${n}`) })).toBe(true);
    expect(needsWhole({ removed: [{ reason: 'manual', category: '*' }] })).toBe(false);
    expect(needsWhole('token')).toBe(false);
  });
});
