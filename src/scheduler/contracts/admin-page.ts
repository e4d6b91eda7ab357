// How a module describes its pages in the dashboard: which of its admin routes to show, and the actions on them. Data only, so that no
// module ships code to browsers.
import type { Role } from '../../base/secrets/roles.js';

/**
 * How a value is shown. `money` is in the smallest unit of the field `currency` of the same item, `duration` a number of `unit`,
 * `progress` a number out of the field `total`, `json` anything.
 */
export type AdminPageKind = 'text' | 'time' | 'status' | 'money' | 'number' | 'id' | 'duration' | 'progress' | 'json';

export interface AdminPageColumn {
  /** A field of the item; `progress.done` for a nested one. */
  readonly field: string;
  readonly title: string;
  readonly kind: AdminPageKind;
  /** Of a `duration`. Default `ms`. */
  readonly unit?: 'ms' | 's';
  /** Of `progress`: the field with the whole number; null there: unknown. */
  readonly total?: string;
  /** Of `progress`: the field with the remaining seconds; null there: unknown. */
  readonly eta?: string;
  /** A page of the dashboard, below `/ui`: `jobs/:job_id`, where `:job_id` stands for that field of the item. No link where it is null. */
  readonly link?: string;
}

export interface AdminPageFilter {
  /** A parameter of the list's query. */
  readonly field: string;
  readonly title: string;
  /** The allowed values; without them, any text. */
  readonly values?: readonly string[];
}

export interface AdminPageField {
  /** A field of the body that is sent. */
  readonly field: string;
  readonly title: string;
  /** `choice` is one of `values`, `choices` a list of some of them, `json` is sent as what it holds. */
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'choices' | 'json';
  /** Default false: it is left out where nothing was entered. */
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** What the form begins with. */
  readonly value?: string | number | boolean;
  readonly hint?: string;
}

export interface AdminPageForm {
  readonly title: string;
  readonly method: 'post' | 'patch' | 'put' | 'delete';
  /** Under `/admin`. */
  readonly path: string;
  /** The minimum role of the caller; the route checks it again. */
  readonly role: Role;
  /** What is asked for first. A PATCH or PUT of an item begins with the item's values. */
  readonly fields?: readonly AdminPageField[];
  /** Sent as well. Text such as `:id` stands for that field of the item. */
  readonly body?: Readonly<Record<string, string | number | boolean | null>>;
  /** What of the response is shown afterwards, such as a secret that no other response holds. */
  readonly result?: readonly AdminPageColumn[];
  /** Stands above the result. */
  readonly note?: string;
}

/** The field of an item has one of these values; null stands for a field without a value. */
export interface AdminPageCondition {
  /** `progress.done` for a nested one. */
  readonly field: string;
  readonly values: readonly (string | number | boolean | null)[];
}

export interface AdminPageAction extends AdminPageForm {
  /** Under `/admin`; `:id` stands for that field of the item, also in a query. */
  readonly path: string;
  /** A confirmation question; none if the action can be undone. */
  readonly confirm?: string;
  /** Offered only for items that meet this condition, or all of a list of conditions. */
  readonly when?: AdminPageCondition | readonly AdminPageCondition[];
}

export interface AdminPageSection {
  /** Unique in the page. */
  readonly title: string;
  /** A GET route under `/admin`, also with a query: `/jobs?type=invoice`. In a detail, `:id` stands for the item that is open. */
  readonly route: string;
  /**
   * `table` (default): the route returns `items` and `next_cursor`. `facts`: it returns one object, shown as names and values. `text`:
   * one object, each column a text as it is.
   */
  readonly view?: 'table' | 'facts' | 'text';
  readonly columns: readonly AdminPageColumn[];
  /** Of a table: what else is shown of a row that is looked at. */
  readonly more?: readonly AdminPageColumn[];
  /** Of a table. They are part of the page's address. */
  readonly filters?: readonly AdminPageFilter[];
  /** For each row, or for the object. */
  readonly actions?: readonly AdminPageAction[];
  /** Makes a new one. */
  readonly create?: AdminPageForm;
  /** Of a table: the page of one row. */
  readonly detail?: AdminPageDetail;
  /** What stands in place of no rows, or of facts and texts that are all empty. */
  readonly empty?: string;
  /** Seconds after which it is loaded again. Default 20. */
  readonly refresh?: number;
}

export interface AdminPageDetail {
  readonly title: string;
  /** The field of the row that its address ends with. Default `id`. */
  readonly key?: string;
  /** Their routes hold `:id`. They have no detail of their own. */
  readonly sections: readonly Omit<AdminPageSection, 'detail'>[];
}

export interface AdminPage {
  /** Part of its address; lower-case letters, digits and hyphens. Unique in the module. */
  readonly name: string;
  readonly title: string;
  /** Says what the page is for. */
  readonly description?: string;
  /** Several tables become tabs; facts and texts stand above them. */
  readonly sections: readonly AdminPageSection[];
}
