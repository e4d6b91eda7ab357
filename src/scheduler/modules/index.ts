// The exports of the module contract.
export type { RetentionRule } from '../contracts/retention-rule.js';
export {
  defineModule,
  type AdoptedTable,
  type HealthPart,
  type ListOf,
  type ModuleDefinition,
} from './define-module.js';
export type { ModuleHost, ModuleSecrets } from '../host/module-host.js';
export { modulePageSchema } from './admin-page-schema.js';
export {
  createModules,
  type AnyModule,
  type ModuleHealth,
  type Modules,
  type MountedModules,
} from './create-modules.js';
export type { ModulePage, ModulePageDetail, ModulePageSection } from './module-page.js';
