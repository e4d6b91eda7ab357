// How a module describes its pages in the dashboard: the lists to show, and the actions on a row. Data only, so that no module ships code
// to browsers.
import type { Role } from '../../base/secrets/roles.js';

export interface AdminPageColumn {
  /** A field of the list's items; `progress.done` for a nested one. */
  readonly field: string;
  readonly title: string;
  /** How it is shown. `money` is in the smallest unit of the field `currency` of the same item. */
  readonly kind: 'text' | 'time' | 'status' | 'money' | 'number' | 'id';
}

export interface AdminPageFilter {
  /** A parameter of the list's query. */
  readonly field: string;
  readonly title: string;
  /** The allowed values; without them, any text. */
  readonly values?: readonly string[];
}

export interface AdminPageAction {
  readonly title: string;
  readonly method: 'post' | 'patch' | 'put' | 'delete';
  /** Under `/admin`; `:id` stands for that field of the row. */
  readonly path: string;
  /** The minimum role of the caller; the route checks it again. */
  readonly role: Role;
  /** A confirmation question; none if the action can be undone. */
  readonly confirm?: string;
}

export interface AdminPageSection {
  readonly title: string;
  /** A route under `/admin` that returns `items` and `next_cursor`. */
  readonly route: string;
  readonly columns: readonly AdminPageColumn[];
  readonly filters?: readonly AdminPageFilter[];
  readonly actions?: readonly AdminPageAction[];
}

export interface AdminPage {
  /** Part of its address; lower-case letters, digits and hyphens. Unique in the module. */
  readonly name: string;
  readonly title: string;
  readonly sections: readonly AdminPageSection[];
}
