// The options of the upkeep module. The defaults are those of the environment variables in docs/upkeep.md.
import type { RulesOf } from '../../base/options/check-options.js';
import { listOf, nonEmpty, oneOf, options as optionsOf, wholeNumber } from '../../base/options/option-rules.js';

/** What can be cleaned, by the usual names of the tables. */
export type CleanedTable = 'verification_codes' | 'oauth_states' | 'page_visits';
export const CLEANED_TABLES: readonly CleanedTable[] = ['verification_codes', 'oauth_states', 'page_visits'];

export interface UpkeepOptions {
  /** Tables that are cleaned. Default: all of them. */
  readonly clean?: readonly CleanedTable[];
  /** Verification codes are deleted after this many days. Default 30. */
  readonly verificationCodesKeepDays?: number;
  /** Page visits are moved to the archive after this many days. Default 400. */
  readonly pageVisitsKeepDays?: number;
  /** Names of the host's tables. Default: those of `clean`, and `page_visits_archive`. */
  readonly tables?: {
    readonly verificationCodes?: string;
    readonly oauthStates?: string;
    readonly pageVisits?: string;
    readonly pageVisitsArchive?: string;
    /** Determines the type of `user_id` if the table of visits is created. */
    readonly users?: string;
  };
}

export const UPKEEP_DEFAULTS = { verificationCodesKeepDays: 30, pageVisitsKeepDays: 400 } as const;

export const UPKEEP_RULES: RulesOf<UpkeepOptions> = {
  clean: listOf(oneOf(CLEANED_TABLES)),
  verificationCodesKeepDays: wholeNumber(1, 36_500, 'days'),
  pageVisitsKeepDays: wholeNumber(1, 36_500, 'days'),
  tables: optionsOf({
    verificationCodes: nonEmpty,
    oauthStates: nonEmpty,
    pageVisits: nonEmpty,
    pageVisitsArchive: nonEmpty,
    users: nonEmpty,
  }),
};
