// Types of the pages that modules describe: their content and actions. One generic page renders all of them.
import type { Schemas } from '../api/client.js';

export type ModulePage = Schemas['ModulePage'];
/** A section of a page; sections of a detail page have no detail page themselves. */
export type PageSection = ModulePage['sections'][number];
export type ModuleDetail = NonNullable<PageSection['detail']>;
export type ModuleSection = Omit<PageSection, 'detail'> & { readonly detail?: ModuleDetail | undefined };
export type ModuleColumn = ModuleSection['columns'][number];
export type ModuleAction = NonNullable<ModuleSection['actions']>[number];
export type ModuleForm = NonNullable<ModuleSection['create']> & Pick<ModuleAction, 'confirm'>;
export type ModuleField = NonNullable<ModuleForm['fields']>[number];
