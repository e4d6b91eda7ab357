// `punctual/upkeep`: keeps the host's tables small, a few rows at a time.
export { upkeep } from './module.js';
export type { CleanedTable, UpkeepOptions } from './options.js';
