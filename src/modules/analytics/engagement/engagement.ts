// The weekly mail about a team's statistics as a row schedule, at 9:00 on Mondays of each team, and as a process that counts the mails.
import type { Notifier } from '../../../clients/notifier.js';
import {
  defineProcess,
  defineRowSchedule,
  type ModuleHost,
  type ProcessDefinition,
  type RowScheduleDefinition,
} from '../../../scheduler/public.js';
import { takeEngagementCounts } from '../db/engagement.js';
import type { AnalyticsOptions } from '../options.js';
import { planEngagement, type EngagementSettings } from './plan-engagement.js';

export const ENGAGEMENT_EMAILS = 'engagement_emails';

/** Where the mails are planned: the row schedule, and the process of that name. */
export const ENGAGEMENT_WEEK = 'engagement-week';

export const engagementWeek = <S>(settings: EngagementSettings): RowScheduleDefinition<S> =>
  defineRowSchedule<S>({
    name: ENGAGEMENT_WEEK,
    description: 'Mails each team the statistics of its week, on Monday at 9:00 in the zone of the team',
    table: '{schema}.analytics_engagement',
    key: 'team_id',
    timezone: 'timezone',
    schedule: { frequency: 'weekly', dayOfWeek: 1, time: '09:00' },
    inTransaction: (tx, occurrences, { host }) => planEngagement(tx, occurrences, { host, settings }),
  });

/** What is missing, by the names of the server's settings. */
export const missingForEngagement = (
  host: Pick<ModuleHost, 'find'>,
  engagementEmails: AnalyticsOptions['engagementEmails'],
): readonly string[] => [
  ...(engagementEmails === false ? ['ENGAGEMENT_EMAILS'] : []),
  ...(host.find<Notifier>('notifications') ? [] : ['SMTP_URL']),
];

/** Counts what has come of mails since its last run. */
export const engagementEmails = ({ db }: Pick<ModuleHost, 'db'>, missing: () => readonly string[]): ProcessDefinition =>
  defineProcess({
    name: ENGAGEMENT_EMAILS,
    description: 'Counts the weekly mails about statistics',
    batch: true,
    missing,
    run: async (context) => {
      const { sent, skipped } = await takeEngagementCounts(db);
      context.count({ processed: sent + skipped, successful: sent, skipped });
      return { emails_sent: sent, skipped_count: skipped };
    },
  });
