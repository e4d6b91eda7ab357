// The contents of a digest's mail: the data of the template `digest`, within the size limit of a notification.
import type { TemplateData } from '../../../clients/notifier.js';
import type { DigestFacts, DigestsOptions } from '../options.js';
import type { DigestUpdate } from './digest-update.js';

/** An update in the mail. */
export interface DigestItem {
  readonly title: string | null;
  readonly body: string | null;
  /** When it was created; the template shows it in the recipient's zone. */
  readonly at: string;
  readonly content_type: string | null;
  readonly url?: string;
}

export interface DigestContent {
  readonly subject: string;
  readonly data: TemplateData;
}

/** A notification's data may have 64 kB of JSON, and additions by the host or a summary need room too. */
const MOST_BYTES = 48_000;
/** Maximum lengths of each body, in descending order; the first that fits is used. */
const BODY_LENGTHS = [600, 400, 250, 140, 60, 0];
const TITLE_LENGTH = 200;
const PREHEADER_LENGTH = 140;
const URL_LENGTH = 2_000;

/** Pure, if the host's own functions are. */
export function digestContent(facts: DigestFacts, options: Pick<DigestsOptions, 'linkOf' | 'content'>): DigestContent {
  const items = fitted(
    facts.updates.map((update) => itemOf(update, facts, options.linkOf)),
    MOST_BYTES,
  );
  const more = facts.more + facts.updates.length - items.length;
  const counted = countInWords(facts.updates.length + facts.more, facts.moreCapped);
  const title = `Your ${facts.frequency} digest`;
  const data: TemplateData = {
    title,
    preheader: preheaderOf(items),
    body: `${counted}.`,
    items,
    // "and 980 more" would be wrong if there are more than were counted
    ...(more > 0 && !facts.moreCapped ? { more } : {}),
    frequency: facts.frequency,
    group_id: facts.groupId,
    digest_schedule_id: facts.scheduleId,
  };
  return { subject: `${title}: ${counted}`, data: { ...data, ...options.content?.(facts) } };
}

/** Pure. `1 update`, `7 updates`, `more than 1,000 updates`. */
function countInWords(count: number, capped: boolean): string {
  const number = count.toLocaleString('en-US');
  return `${capped ? `more than ${number}` : number} ${count === 1 ? 'update' : 'updates'}`;
}

/** What mail clients show beside the subject: the newest titles. */
const preheaderOf = (items: readonly DigestItem[]): string =>
  cut(
    items
      .flatMap(({ title }) => (title ? [title] : []))
      .slice(0, 3)
      .join(' · '),
    PREHEADER_LENGTH,
  );

function itemOf(update: DigestUpdate, facts: DigestFacts, linkOf: DigestsOptions['linkOf']): DigestItem {
  const { title, body, createdAt: at, contentType: content_type } = update;
  const url = linkOf?.(update, facts) ?? null;
  return {
    title: title === null ? null : cut(title.replace(/\s+/g, ' ').trim(), TITLE_LENGTH) || null,
    body: body === null ? null : body.trim() || null,
    ...{ at, content_type },
    ...(url !== null && isLink(url) ? { url } : {}),
  };
}

const isLink = (url: string): boolean =>
  url.length <= URL_LENGTH && /^(https?:\/\/|mailto:)/i.test(url) && URL.canParse(url);

/** Pure. Bodies are cut to the same length; if even titles alone are too large, the oldest updates are only counted. */
function fitted(items: readonly DigestItem[], mostBytes: number): readonly DigestItem[] {
  for (const length of BODY_LENGTHS) {
    const shorter = items.map((one) => ({ ...one, body: one.body === null ? null : cut(one.body, length) || null }));
    if (bytesOf(shorter) <= mostBytes) return shorter;
  }
  const bare = items.map((one) => ({ ...one, body: null }));
  while (bare.length > 0 && bytesOf(bare) > mostBytes) bare.pop();
  return bare;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Pure. At most `length` characters, with an ellipsis where something was cut, and never half of a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length < 2) return '';
  const kept = text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '');
  return `${kept.trimEnd()}…`;
}
