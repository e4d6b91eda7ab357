// What the mail of a digest says: the data of its template, within what a notification may hold.
import type { TemplateData } from '../../../clients/notifier.js';
import type { DigestFacts, DigestsOptions } from '../options.js';
import type { DigestUpdate } from './digest-update.js';

const ADJECTIVES = { daily: 'daily', weekly: 'weekly', monthly: 'monthly' } as const;

/** A notification's data may have 64 kB of JSON; what a host or a summary adds needs room too. */
const MOST_BYTES = 48_000;
/** Characters of each body, the most first; the first that fits is taken. */
const BODY_LENGTHS = [600, 400, 250, 140, 60, 0];
const TITLE_LENGTH = 200;

/** Pure. An update in the mail: with its link, cut to what fits. */
export interface ShownUpdate extends DigestUpdate {
  readonly url?: string;
}

export interface DigestContent {
  readonly subject: string;
  readonly data: TemplateData;
}

/** Pure, as far as the host's own functions are. */
export function digestContent(facts: DigestFacts, options: Pick<DigestsOptions, 'linkOf' | 'content'>): DigestContent {
  const shown = fitted(
    facts.updates.map((update) => withLink(update, facts, options.linkOf)),
    MOST_BYTES,
  );
  const more = facts.more + facts.updates.length - shown.length;
  const counted = counts(facts.updates.length + facts.more, facts.moreCapped);
  const data: TemplateData = {
    title: `Your ${ADJECTIVES[facts.frequency]} digest`,
    preheader: preheaderOf(shown),
    frequency: facts.frequency,
    group_id: facts.groupId,
    updates: shown,
    more,
    ...(more > 0 ? { more_text: `and ${counts(more, facts.moreCapped)}`.replace(/ (updates?)$/, ' more $1') } : {}),
  };
  return { subject: `Your ${ADJECTIVES[facts.frequency]} digest: ${counted}`, data: { ...data, ...options.content?.(facts) } };
}

/** Pure. `1 update`, `7 updates`, `more than 1,000 updates`. */
function counts(count: number, capped: boolean): string {
  const number = count.toLocaleString('en-US');
  return `${capped ? `more than ${number}` : number} ${count === 1 ? 'update' : 'updates'}`;
}

/** What mail clients show beside the subject: the newest titles. */
const preheaderOf = (updates: readonly ShownUpdate[]): string =>
  cut(
    updates
      .map(({ title }) => title)
      .filter((title) => title !== null && title !== '')
      .slice(0, 3)
      .join(' · '),
    140,
  );

function withLink(update: DigestUpdate, facts: DigestFacts, linkOf: DigestsOptions['linkOf']): ShownUpdate {
  const url = linkOf?.(update, facts) ?? null;
  return url === null ? update : { ...update, url };
}

/** Pure. Bodies are cut, all to one length; where even titles alone are too much, the oldest updates are left to the count. */
function fitted(updates: readonly ShownUpdate[], mostBytes: number): readonly ShownUpdate[] {
  const titled = updates.map((one) => ({ ...one, title: one.title === null ? null : cut(oneLine(one.title), TITLE_LENGTH) }));
  for (const length of BODY_LENGTHS) {
    const cutTo = titled.map((one) => ({ ...one, body: one.body === null ? null : cut(one.body.trim(), length) || null }));
    if (bytesOf(cutTo) <= mostBytes) return cutTo;
  }
  const bare = titled.map((one) => ({ ...one, body: null }));
  while (bare.length > 0 && bytesOf(bare) > mostBytes) bare.pop();
  return bare;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Pure. At most `length` characters, never half of one that takes two code units. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length < 2) return '';
  return `${[...text.slice(0, length - 1)].filter((one) => !/^[\ud800-\udfff]$/u.test(one)).join('').trimEnd()}…`;
}
