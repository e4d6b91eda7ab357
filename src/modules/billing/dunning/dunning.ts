// Dunning: a row schedule at 9:00 in the zone of each team that is past due, and a batch process that follows the host's teams.
import type { Notifier } from '../../../clients/notifier.js';
import {
  defineProcess,
  defineRowSchedule,
  type ModuleHost,
  type ProcessDefinition,
  type RowScheduleDefinition,
} from '../../../scheduler/public.js';
import { followPastDueTeams, takeDunningCounts } from '../db/dunning.js';
import type { BillingOptions } from '../options.js';
import { planDunning, type DunningSettings } from './plan-dunning.js';

const DUNNING_EMAILS = 'dunning_emails';

/** The row schedule that plans the mails, and the process of the same name. */
const DUNNING_LADDER = 'dunning-ladder';

export const dunningLadder = <S>(settings: DunningSettings): RowScheduleDefinition<S> =>
  defineRowSchedule<S>({
    name: DUNNING_LADDER,
    description: 'Mails the admins of teams that are past due, at 9:00 in the zone of the team',
    table: '{schema}.billing_dunning',
    key: 'team_id',
    timezone: 'timezone',
    schedule: { frequency: 'daily', time: '09:00' },
    inTransaction: (tx, occurrences, { host }) => planDunning(tx, occurrences, { host, settings }),
  });

/** Missing settings, by the names of the server's variables. */
export const missingForDunning = (
  host: ModuleHost,
  { portalUrl, linkSecret }: Pick<BillingOptions, 'portalUrl' | 'linkSecret'>,
): readonly string[] => [
  ...(portalUrl ? [] : ['BILLING_PORTAL_URL']),
  ...(linkSecret ? [] : ['BILLING_LINK_SECRET']),
  ...(host.find<Notifier>('notifications') ? [] : ['SMTP_URL']),
];

/** Counts the outcomes of mails since its last run. */
export const dunningEmails = (host: ModuleHost, missing: () => readonly string[]): ProcessDefinition =>
  defineProcess({
    name: DUNNING_EMAILS,
    description: 'Follows which teams are past due, and counts the mails of the dunning ladder',
    batch: true,
    missing,
    run: async (context) => {
      await followPastDueTeams(host.db, host.now());
      const { sent, failed, skipped } = await takeDunningCounts(host.db);
      context.count({ processed: sent + failed + skipped, successful: sent, failed, skipped });
      return { emails_sent: sent, failed_count: failed, skipped_count: skipped };
    },
  });
