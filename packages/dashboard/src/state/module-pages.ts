// Pages that modules describe, as the API has them: what their lists show and what can be done with a row. One page renders them.
import type { Schemas } from '../api/client.js';

export type ModulePage = Schemas['ModulePage'];
export type ModuleSection = ModulePage['sections'][number];
export type ModuleFilter = NonNullable<ModuleSection['filters']>[number];
export type ModuleAction = NonNullable<ModuleSection['actions']>[number];
export type ColumnKind = ModuleSection['columns'][number]['kind'];
