// `punctual/digests`: mails with what is new in a group, at each recipient's local time.
export { digests, type Digests } from './module.js';
export type { DigestFacts, DigestsOptions, SummaryOptions, UpdateColumns, UpdatesOptions } from './options.js';
export type { DigestUpdate } from './plan/digest-update.js';
export type { DigestSchedule } from './api/schedule-view.js';
export type { DigestPreview, PreviewDigest } from './api/preview-digest.js';
export type { DigestSchedules, NewDigestSchedule } from './api/create-digests.js';
export type { ScheduleFields } from './api/plan-change.js';
export type { ScheduleFilter } from './db/read-schedules.js';
export type { RenderedNotification, TemplateData } from '../../clients/notifier.js';
export type { Owner } from './db/owner.js';
