// The pages: path, title, shortcut, and the module that is loaded when the page is opened.
import type { ComponentType } from 'preact';
import type { IconName } from '../components/icons/icon.js';

export interface PageProps {
  /** The path segments after that of the page. */
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
  {
    path: 'runs',
    title: 'Runs',
    icon: 'runs',
    shortcut: 'r',
    group: 'Watch',
    load: () => import('./runs/runs-page.js'),
  },
  {
    path: 'processes',
    title: 'Processes',
    icon: 'processes',
    shortcut: 'p',
    group: 'Plan',
    load: () => import('./processes/processes-page.js'),
  },
  {
    path: 'lab',
    title: 'Schedule lab',
    icon: 'lab',
    shortcut: 'l',
    group: 'Plan',
    load: () => import('./lab/lab-page.js'),
  },
  {
    path: 'jobs',
    title: 'Jobs',
    icon: 'jobs',
    shortcut: 'j',
    group: 'Work',
    load: () => import('./jobs/jobs-page.js'),
  },
  {
    path: 'dead',
    title: 'Dead letters',
    icon: 'dead',
    shortcut: 'd',
    group: 'Work',
    load: () => import('./dead/dead-page.js'),
  },
  {
    path: 'queues',
    title: 'Queues',
    icon: 'queues',
    shortcut: 'q',
    group: 'Work',
    load: () => import('./queues/queues-page.js'),
  },
  {
    path: 'instances',
    title: 'Instances',
    icon: 'instances',
    shortcut: 'i',
    group: 'System',
    load: () => import('./instances/instances-page.js'),
  },
  {
    path: 'audit',
    title: 'Audit',
    icon: 'audit',
    shortcut: 'a',
    group: 'System',
    load: () => import('./audit/audit-page.js'),
  },
  {
    path: 'api',
    title: 'API',
    icon: 'api',
    shortcut: 'x',
    group: 'System',
    load: () => import('./api/api-page.js'),
  },
];

/** Reached from the search; there is no list of people. */
const PEOPLE: PageEntry = {
  path: 'people',
  title: 'Person',
  icon: 'person',
  shortcut: '',
  group: 'Watch',
  load: () => import('./people/people-page.js'),
};

/** Described by modules, and therefore not part of the list. */
const MODULES: PageEntry = {
  path: 'modules',
  title: 'Module',
  icon: 'module',
  shortcut: '',
  group: 'System',
  load: () => import('./modules/modules-page.js'),
};

export const pageAt = (path: string | undefined): PageEntry | undefined =>
  [...PAGES, PEOPLE, MODULES].find((page) => page.path === (path ?? 'overview'));
