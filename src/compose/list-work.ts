// What `punctual worker status` shows of batch lists, where the database has them.
export { readListWork, type ListWork } from '../modules/lists/db/list-work.js';
