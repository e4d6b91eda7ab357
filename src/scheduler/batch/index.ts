// The exports of the batch worker.
export { createBatch } from './create-batch.js';
