// Analytics as a module: visits for each team and day, and a weekly mail about them.
import { checkOptions } from '../../base/options/check-options.js';
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { analytics as analyticsProcess } from './count/analytics.js';
import { engagementEmails, engagementWeek, missingForEngagement } from './engagement/engagement.js';
import { ANALYTICS_ERRORS } from './errors.js';
import { ANALYTICS_DEFAULTS, ANALYTICS_RULES, type AnalyticsOptions } from './options.js';
import { statsRoutes } from './routes/stats-routes.js';

const ENGAGEMENT_LOG_DAYS = 400;

/** Add it to `createScheduler({ modules })`. Throws INVALID_CONFIG for invalid options. */
export function analytics(options: AnalyticsOptions = {}): ModuleDefinition {
  checkOptions('INVALID_CONFIG', 'analytics', options, ANALYTICS_RULES);
  const { tables = {}, statsUrl = null, engagementEmails: to = ANALYTICS_DEFAULTS.engagementEmails } = options;
  return defineModule<unknown>({
    name: 'analytics',
    description: 'Counts visits for each team and day, and mails teams about their week',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    adopts: {
      host_teams: tables.teams ?? 'teams',
      host_users: tables.users ?? 'users',
      host_page_visits: tables.pageVisits ?? 'page_visits',
      host_page_visits_archive: tables.pageVisitsArchive ?? 'page_visits_archive',
    },
    errors: ANALYTICS_ERRORS,
    retention: [{ table: 'analytics_engagement_log', column: 'at', keepDays: ENGAGEMENT_LOG_DAYS }],
    rows: to === false ? [] : [engagementWeek({ to, statsUrl })],
    processes: (host) => [
      analyticsProcess(host),
      engagementEmails(host, () => missingForEngagement(host, options.engagementEmails)),
    ],
    userRoutes: (host) => statsRoutes(host),
  });
}
