// Search: pages are matched by name locally, everything else by one request to the server.
import type { IconName } from '../components/icons/icon.js';
import { PAGES } from '../pages/registry.js';
import { link, linkTo } from '../state/router.js';
import { session } from '../state/session.js';
import { get, type Schemas } from './client.js';

export interface Hit {
  readonly href: string;
  readonly title: string;
  readonly note: string;
  readonly icon: IconName;
}

const ICONS: Readonly<Record<Schemas['SearchHit']['kind'], IconName>> = {
  user: 'person',
  subscription: 'subscriptions',
  tenant: 'subscriptions',
  job: 'jobs',
  job_type: 'jobs',
  run: 'runs',
  process: 'processes',
  queue: 'queues',
};

interface NamedPage {
  readonly parts: readonly string[];
  readonly title: string;
  readonly icon: IconName;
}

const allPages = (): readonly NamedPage[] => [
  ...PAGES.map(({ path, title, icon }) => ({ parts: [path], title, icon })),
  ...(session.value?.pages ?? []).map(({ module, name, title }) => ({
    parts: ['modules', module, name],
    title,
    icon: 'module' as const,
  })),
];

const pagesFor = (text: string): Hit[] =>
  allPages()
    .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()))
    .map(({ parts, title, icon }) => ({ href: link(parts), note: 'page', title, icon }));

async function things(text: string, signal: AbortSignal): Promise<readonly Hit[]> {
  const { items } = await get('/search', { query: { q: text }, signal });
  return items.map(({ kind, title, detail, path }) => ({
    href: linkTo(path),
    title,
    note: kind === 'user' ? 'person: subscriptions, jobs and mails' : detail,
    icon: ICONS[kind],
  }));
}

/** Finds suppressed addresses, so that a person can be found by address when user IDs are not addresses. */
async function suppressed(address: string, signal: AbortSignal): Promise<readonly Hit[]> {
  if (!address.includes('@') || !session.value?.modules.includes('notifications')) return [];
  const found = await get('/suppressions', { query: { address, limit: 1 }, signal });
  const note = 'suppressed address: why nothing is sent to it';
  return found.items.length === 0 ? [] : [{ href: link(['people', address]), title: address, note, icon: 'person' }];
}

/** An empty text returns only pages. A part that fails returns nothing; it throws if all parts fail. */
export async function find(text: string, signal: AbortSignal): Promise<readonly Hit[]> {
  if (text === '') return pagesFor('');
  const parts = await Promise.allSettled([things(text, signal), suppressed(text, signal)]);
  signal.throwIfAborted();
  const [first] = parts;
  if (first.status === 'rejected') throw first.reason;
  const hits = parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
  return [...new Map([...hits, ...pagesFor(text)].map((hit) => [hit.href, hit])).values()];
}
