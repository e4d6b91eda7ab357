// The pages: address, name, key, and the module that is loaded when one is opened.
import type { ComponentType } from 'preact';
import type { IconName } from '../components/icons/icon.js';

export interface PageProps {
  /** Of the address, after the page's own. */
  readonly rest: readonly string[];
}

export interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly shortcut: string;
  readonly group: 'Watch' | 'Plan' | 'Work' | 'System';
  readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const PAGES: readonly PageEntry[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: 'overview',
    shortcut: 'o',
    group: 'Watch',
    load: () => import('./overview/overview-page.js'),
  },
  {
    path: 'subscriptions',
    title: 'Subscriptions',
    icon: 'subscriptions',
    shortcut: 's',
    group: 'Watch',
    load: () => import('./subscriptions/subscriptions-page.js'),
  },
];

export const pageAt = (path: string | undefined): PageEntry | undefined =>
  PAGES.find((page) => page.path === (path ?? 'overview'));
