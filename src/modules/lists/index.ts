// `punctual/lists`: batch lists, imported from a members API or a file.
export { lists, type Lists, type ListsOptions } from './module.js';
export { DELETE_LIST, IMPORT_LIST } from './names.js';
