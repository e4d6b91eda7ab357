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
export { adminPageSchema } from './admin-page-schema.js';
export {
  createModules,
  type AnyModule,
  type ModuleHealth,
  type Modules,
  type ModulePage,
  type MountedModules,
} from './create-modules.js';
