// `punctual/testing`: a clock that tests control.
export { createManualClock, type ManualClock } from './manual-clock.js';
export { createManualScheduler, type ManualScheduler } from './manual-scheduler.js';
