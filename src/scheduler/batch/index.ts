// The exports of the batch worker.
export { createBatch, type BatchDeps, type BatchWorker } from './create-batch.js';
