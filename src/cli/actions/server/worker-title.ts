// The title of a worker in the process list, by which `punctual worker stop` recognises it.
export const WORKER_TITLE = 'punctual-worker';
