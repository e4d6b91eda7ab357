// The options of the analytics module. The defaults are those of the environment variables in docs/analytics.md.
import type { RulesOf } from '../../base/options/check-options.js';
import { nonEmpty, oneOf, options as optionsOf, orFalse, orNull, url } from '../../base/options/option-rules.js';

export type EngagementTo = 'admins' | 'members';

export interface AnalyticsOptions {
  /** Who gets the weekly mail of a team; false: nobody. Default `admins`. */
  readonly engagementEmails?: EngagementTo | false;
  /** A page with a team's statistics, which the mails link to; `{team}` stands for the team's id. Default: no link. */
  readonly statsUrl?: string | null;
  /** Names of the host's tables. Default `teams`, `users`, `page_visits` and `page_visits_archive`. */
  readonly tables?: {
    readonly teams?: string;
    readonly users?: string;
    readonly pageVisits?: string;
    readonly pageVisitsArchive?: string;
  };
}

export const ANALYTICS_DEFAULTS = { engagementEmails: 'admins' } as const;

export const ANALYTICS_RULES: RulesOf<AnalyticsOptions> = {
  engagementEmails: orFalse(oneOf(['admins', 'members'] satisfies EngagementTo[])),
  statsUrl: orNull(url('http', 'https')),
  tables: optionsOf({ teams: nonEmpty, users: nonEmpty, pageVisits: nonEmpty, pageVisitsArchive: nonEmpty }),
};
