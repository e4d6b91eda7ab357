// What every section of a module's page is given, and where it loads from.
import type { ModuleSection } from '../../state/module-pages.js';

export interface SectionProps {
  readonly section: ModuleSection;
  /** Of the section's list: `modules/billing/charges/charges`. */
  readonly at: readonly string[];
  /** The item whose page this is. */
  readonly id?: string | undefined;
  /** The part of the address that says which page of the list is shown. */
  readonly cursor?: string;
  /** A tab has its title already. */
  readonly tabbed?: boolean;
}

const EVERY_S = 20;

export const everyMs = ({ refresh = EVERY_S }: ModuleSection): number => refresh * 1_000;

export interface Source {
  readonly path: string;
  /** What the route's own query says. */
  readonly fixed: Readonly<Record<string, string>>;
}

export function sourceOf({ route }: ModuleSection, id: string | undefined): Source {
  const [path = '', search = ''] = route.split('?');
  const filled = (text: string): string => (id === undefined ? text : text.replaceAll(':id', encodeURIComponent(id)));
  return { path: filled(path), fixed: Object.fromEntries(new URLSearchParams(filled(search))) };
}
