// What the mail of a digest says: counts that are true, data that fits, links that are links.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DigestFacts } from '../../../../src/modules/digests/options.js';
import { cut, digestContent, type DigestItem } from '../../../../src/modules/digests/plan/digest-data.js';
import type { DigestUpdate } from '../../../../src/modules/digests/plan/digest-update.js';

const update = (values: Partial<DigestUpdate> = {}): DigestUpdate => ({
  id: '1',
  authorId: 'a',
  contentType: 'post',
  title: 'A title',
  body: 'A body',
  createdAt: '2026-03-02T12:00:00.000Z',
  ...values,
});
const facts = (values: Partial<DigestFacts> = {}): DigestFacts => ({
  scheduleId: 's1',
  recipientId: '7',
  groupId: 'g1',
  frequency: 'weekly',
  scheduledFor: new Date('2026-03-02T12:00:00Z'),
  timezone: 'UTC',
  updates: [update()],
  more: 0,
  moreCapped: false,
  ...values,
});
const itemsOf = (values: Partial<DigestFacts>): DigestItem[] =>
  digestContent(facts(values), {}).data.items as DigestItem[];

describe('a digest', () => {
  it.each([
    [{}, 'Your weekly digest: 1 update', undefined],
    [{ more: 4 }, 'Your weekly digest: 5 updates', 4],
    [{ more: 999, moreCapped: true }, 'Your weekly digest: more than 1,000 updates', undefined],
  ])('counts %j', (values, subject, more) => {
    const content = digestContent(facts(values), {});
    expect(content).toMatchObject({ subject });
    expect(content.data.more).toBe(more);
  });

  it('may be told in the host’s words, with its links', () => {
    const { data } = digestContent(facts(), {
      linkOf: ({ id }) => `https://app.example/updates/${id}`,
      content: ({ groupId }) => ({ title: `News of ${groupId}` }),
    });
    expect(data).toMatchObject({
      title: 'News of g1',
      items: [{ url: 'https://app.example/updates/1', title: 'A title' }],
    });
    const bad = digestContent(facts(), { linkOf: () => 'javascript:alert(1)' });
    expect((bad.data.items as DigestItem[])[0]).not.toHaveProperty('url');
  });

  it('fits into a notification, however long its updates are, and leaves none uncounted', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 200 }), fc.nat(100), (texts, more) => {
        const updates = texts.map(([title, body], n) => update({ id: String(n), title, body: body.repeat(3) }));
        const { data } = digestContent(facts({ updates, more }), {});
        expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(60_000);
        expect((data.items as DigestItem[]).length + ((data.more as number | undefined) ?? 0)).toBe(
          updates.length + more,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('of two hundred long updates tells all, each cut short', () => {
    const updates = Array.from({ length: 200 }, () => update({ body: 'word '.repeat(200) }));
    const items = itemsOf({ updates });
    expect(items).toHaveLength(200);
    expect(items.every(({ body }) => body?.endsWith('…'))).toBe(true);
  });
});

it('nothing is cut in the middle of a character', () => {
  expect(cut('abc😀def', 5)).toBe('abc…');
  expect(cut('abc😀def', 6)).toBe('abc😀…');
  expect(cut('short', 10)).toBe('short');
});
