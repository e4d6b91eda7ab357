// Looks a text up: pages by name at once, and everything that has an id or a name by one request.
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
    note: kind === 'user' ? 'person: everything of theirs, and why' : detail,
    icon: ICONS[kind],
  }));
}

/** Nothing is sent to this address: all that is known of somebody by it where users have other ids. */
async function suppressed(address: string, signal: AbortSignal): Promise<readonly Hit[]> {
  if (!address.includes('@') || !session.value?.modules.includes('notifications')) return [];
  const found = await get('/suppressions', { query: { address, limit: 1 }, signal });
  const note = 'suppressed address: why nothing is sent to it';
  return found.items.length === 0 ? [] : [{ href: link(['people', address]), title: address, note, icon: 'person' }];
}

/** Pages only, for an empty text. A part that fails finds nothing, unless all do. */
export async function find(text: string, signal: AbortSignal): Promise<readonly Hit[]> {
  if (text === '') return pagesFor('');
  const parts = await Promise.allSettled([things(text, signal), suppressed(text, signal)]);
  signal.throwIfAborted();
  const [first] = parts;
  if (first.status === 'rejected') throw first.reason;
  const hits = parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
  return [...new Map([...hits, ...pagesFor(text)].map((hit) => [hit.href, hit])).values()];
}
