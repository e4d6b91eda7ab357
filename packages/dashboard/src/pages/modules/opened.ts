// What is open above a module's page: a form, what came of it, or more of a row.
import { signal } from '@preact/signals';
import type { ModuleColumn, ModuleForm } from '../../state/module-pages.js';
import type { Item } from './items.js';

export type Opened =
  | {
      readonly kind: 'form';
      readonly form: ModuleForm;
      readonly item: Item;
      readonly onDone: () => void;
      /** The name of the item; empty: the page says it, or there is none. */
      readonly subject: string;
    }
  | { readonly kind: 'result'; readonly form: ModuleForm; readonly item: Item; readonly subject: string }
  | { readonly kind: 'more'; readonly title: string; readonly columns: readonly ModuleColumn[]; readonly item: Item };

export const opened = signal<Opened | null>(null);

export const openDialog = (next: Opened | null): void => {
  opened.value = next;
};
