// `punctual/testing`: time in a test's own hand.
export { createManualClock, type ManualClock } from './manual-clock.js';
export { createManualScheduler, type ManualScheduler } from './manual-scheduler.js';
