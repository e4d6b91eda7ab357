// The address of the page as signals, by the history API: pages are below `<mount>/ui/`, filters are in the query.
import { computed, signal } from '@preact/signals';
import { queryString, type QueryValue } from '../api/request.js';
import { BASE } from '../base.js';

const ROOT = `${BASE}/ui`;

interface Address {
  /** Of the page, below `/ui`: `subscriptions/4711`. */
  readonly path: string;
  readonly search: string;
}

function readAddress(): Address {
  const { pathname, search } = location;
  const path = pathname.startsWith(`${ROOT}/`) ? pathname.slice(ROOT.length + 1) : '';
  return { path: path.replace(/\/+$/, ''), search };
}

const address = signal<Address>(readAddress());

/** Parts of the path, decoded. */
export const segments = computed(() =>
  address.value.path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodePart(part)),
);

export const query = computed(() => Object.fromEntries(new URLSearchParams(address.value.search)));

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Filters = Readonly<Record<string, QueryValue>>;

/** The address of a page. */
export const link = (parts: readonly string[], filters: Filters = {}): string =>
  `${ROOT}/${parts.map((part) => encodeURIComponent(part)).join('/')}${queryString(filters)}`;

/** The address of a page as the server names it: `subscriptions?status=failed`. */
export const linkTo = (page: string): string => `${ROOT}/${page}`;

function goTo(href: string, how: 'pushState' | 'replaceState'): void {
  history[how](null, '', href);
  address.value = readAddress();
}

/** To another page; the top of it is shown. */
export function navigate(href: string): void {
  goTo(href, 'pushState');
  scrollTo(0, 0);
}

const isCursor = (name: string): boolean => name.startsWith('cursor');

/** Changes filters of this page; empty ones are taken away. Paging starts over unless a cursor is among them. */
export function setFilters(filters: Filters, { push = false }: { readonly push?: boolean } = {}): void {
  const isPaging = Object.keys(filters).some(isCursor);
  const kept = Object.entries(query.value).filter(([name]) => isPaging || !isCursor(name));
  const next = { ...Object.fromEntries(kept), ...filters };
  goTo(`${location.pathname}${queryString(next)}`, push ? 'pushState' : 'replaceState');
}

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

function followLink(event: MouseEvent): void {
  // in a drawing, a link has no `href` that is a text
  const anchor = (event.target as Element | null)?.closest('a');
  const href = anchor?.getAttribute('href');
  if (!anchor || !href || !isPlainClick(event)) return;
  if (anchor.hasAttribute('target') || anchor.hasAttribute('download')) return;
  const url = new URL(href, location.href);
  if (
    url.origin !== location.origin ||
    !url.pathname.startsWith(`${ROOT}/`) ||
    url.pathname.startsWith(`${ROOT}/assets/`)
  )
    return;
  event.preventDefault();
  navigate(`${url.pathname}${url.search}`);
}

/** Follows links between pages without loading the document again, and the way back and forth. */
export function startRouter(): void {
  document.addEventListener('click', followLink);
  addEventListener('popstate', () => (address.value = readAddress()));
}
