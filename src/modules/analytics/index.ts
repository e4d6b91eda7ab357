// `punctual/analytics`: visits for each team and day, and a weekly mail about them.
export { analytics } from './module.js';
export type { AnalyticsOptions, EngagementTo } from './options.js';
