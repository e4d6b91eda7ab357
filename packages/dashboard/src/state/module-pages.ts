// Pages that modules describe, as the API has them: what they show and what can be done there. One page renders them all.
import type { Schemas } from '../api/client.js';

export type ModulePage = Schemas['ModulePage'];
/** Of a page; one of a detail has no detail. */
export type PageSection = ModulePage['sections'][number];
export type ModuleDetail = NonNullable<PageSection['detail']>;
export type ModuleSection = Omit<PageSection, 'detail'> & { readonly detail?: ModuleDetail | undefined };
export type ModuleColumn = ModuleSection['columns'][number];
export type ModuleAction = NonNullable<ModuleSection['actions']>[number];
export type ModuleForm = NonNullable<ModuleSection['create']> & Pick<ModuleAction, 'confirm'>;
export type ModuleField = NonNullable<ModuleForm['fields']>[number];
