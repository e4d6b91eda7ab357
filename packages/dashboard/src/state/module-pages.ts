// Pages that modules describe: what their lists show and what can be done with a row. One generic page renders them.
import type { Role } from './session.js';

export type ColumnKind = 'text' | 'time' | 'status' | 'money' | 'number' | 'id';

export interface ModuleColumn {
  /** Of the row; `progress.done` for one inside another. */
  readonly field: string;
  readonly title: string;
  readonly kind: ColumnKind;
}

export interface ModuleAction {
  readonly title: string;
  readonly method: string;
  /** Below the mount path; `:field` stands for a field of the row. */
  readonly path: string;
  readonly role?: Role;
  /** The question that is asked first. */
  readonly confirm?: string;
}

export interface ModuleFilter {
  readonly field: string;
  readonly title: string;
  readonly values?: readonly string[];
}

export interface ModuleSection {
  readonly title: string;
  /** Below the mount path. */
  readonly route: string;
  readonly columns: readonly ModuleColumn[];
  readonly filters?: readonly ModuleFilter[];
  readonly actions?: readonly ModuleAction[];
}

export interface ModulePage {
  readonly module: string;
  readonly name: string;
  readonly title: string;
  readonly sections: readonly ModuleSection[];
}
