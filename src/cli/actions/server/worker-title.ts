// What a worker is called in the list of processes, so that `punctual worker stop` knows one.
export const WORKER_TITLE = 'punctual-worker';
