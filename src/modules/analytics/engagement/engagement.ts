// The weekly mail about a team's statistics: a row schedule at 9:00 on Mondays in the team's zone, and a process that counts the mails.
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

const ENGAGEMENT_EMAILS = 'engagement_emails';

/** The row schedule that plans the mails, and the process of the same name. */
const ENGAGEMENT_WEEK = 'engagement-week';

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

/** Missing settings, by the names of the server's variables. */
export const missingForEngagement = (
  host: Pick<ModuleHost, 'find'>,
  engagementEmails: AnalyticsOptions['engagementEmails'],
): readonly string[] => [
  ...(engagementEmails === false ? ['ENGAGEMENT_EMAILS'] : []),
  ...(host.find<Notifier>('notifications') ? [] : ['SMTP_URL']),
];

/** Counts the outcomes of mails since its last run. */
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
