// What the environment says about the modules upkeep and analytics.
import type { CleanedTable, ConfigVariables } from './config-variables.js';

export interface UpkeepConfig {
  readonly clean: readonly CleanedTable[];
  readonly verificationCodesKeepDays: number;
  readonly pageVisitsKeepDays: number;
}

export interface AnalyticsConfig {
  /** false: nobody gets the weekly mail. */
  readonly engagementEmails: 'admins' | 'members' | false;
  /** null: the mails have no link. */
  readonly statsUrl: string | null;
}

/** Pure. */
export const upkeepConfig = (env: ConfigVariables): UpkeepConfig => ({
  clean: env.CLEANUP_TABLES,
  verificationCodesKeepDays: env.VERIFICATION_CODES_KEEP_DAYS,
  pageVisitsKeepDays: env.PAGE_VISITS_KEEP_DAYS,
});

/** Pure. */
export const analyticsConfig = (env: ConfigVariables): AnalyticsConfig => ({
  engagementEmails: env.ENGAGEMENT_EMAILS === 'off' ? false : env.ENGAGEMENT_EMAILS,
  statsUrl: env.ENGAGEMENT_STATS_URL ?? null,
});
