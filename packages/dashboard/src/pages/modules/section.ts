// The props that all sections of a module's page share, and the route they load from.
import type { ModuleSection } from '../../state/module-pages.js';

export interface SectionProps {
  readonly section: ModuleSection;
  /** Path of the section's list: `modules/billing/charges/charges`. */
  readonly at: readonly string[];
  /** The item shown on this page. */
  readonly id?: string | undefined;
  /** The query parameter that holds the cursor of the list. */
  readonly cursor?: string;
  /** Hides the title, because the tab already shows it. */
  readonly tabbed?: boolean;
}

const EVERY_S = 20;

export const everyMs = ({ refresh = EVERY_S }: ModuleSection): number => refresh * 1_000;

export interface Source {
  readonly path: string;
  /** The query parameters of the route itself. */
  readonly fixed: Readonly<Record<string, string>>;
}

export function sourceOf({ route }: ModuleSection, id: string | undefined): Source {
  const [path = '', search = ''] = route.split('?');
  const filled = (text: string): string => (id === undefined ? text : text.replaceAll(':id', encodeURIComponent(id)));
  return { path: filled(path), fixed: Object.fromEntries(new URLSearchParams(filled(search))) };
}
