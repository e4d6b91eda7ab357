// Upkeep as a module: deletes and archives old rows of the host's tables without disturbing running work.
import { checkOptions } from '../../base/options/check-options.js';
import { defineModule, type ModuleDefinition, type ModuleHost } from '../../scheduler/public.js';
import { cleanup } from './cleanup/cleanup.js';
import { absentTables, type OldRows } from './db/old-rows.js';
import { CLEANED_TABLES, UPKEEP_DEFAULTS, UPKEEP_RULES, type CleanedTable, type UpkeepOptions } from './options.js';

interface State {
  /** Tables that the host has dropped since they were adopted. */
  absent: readonly CleanedTable[];
}

/** Add it to `createScheduler({ modules })`. Throws INVALID_CONFIG for invalid options. */
export function upkeep(options: UpkeepOptions = {}): ModuleDefinition {
  checkOptions('INVALID_CONFIG', 'upkeep', options, UPKEEP_RULES);
  const { tables = {}, clean = CLEANED_TABLES } = options;
  return defineModule<State>({
    name: 'upkeep',
    description: 'Deletes and archives old rows of the host’s tables',
    migrations: new URL('./db/migrations/', import.meta.url),
    adopts: {
      host_verification_codes: tables.verificationCodes ?? 'verification_codes',
      host_oauth_states: tables.oauthStates ?? 'oauth_states',
      host_page_visits: tables.pageVisits ?? 'page_visits',
      host_page_visits_archive: tables.pageVisitsArchive ?? 'page_visits_archive',
      host_users: tables.users ?? 'users',
    },
    create: () => ({ absent: [] }),
    processes: (host, state) => {
      const { db, clock } = host;
      const wanted = (): readonly CleanedTable[] => clean.filter((table) => !state.absent.includes(table));
      const missing = (): readonly string[] => {
        if (wanted().length > 0) return [];
        return clean.length === 0 ? ['CLEANUP_TABLES'] : clean;
      };
      return [cleanup({ db, clock, missing, oldRows: () => wanted().map((table) => oldRows(table, options, host)) })];
    },
    health: (_host, { absent }) =>
      absent.length === 0
        ? { status: 'ok' }
        : { status: 'degraded', message: `tables that were dropped are not cleaned: ${absent.join(', ')}` },
    start: async ({ db }, state) => {
      state.absent = await absentTables(db, clean);
    },
  });
}

function oldRows(table: CleanedTable, options: UpkeepOptions, host: Pick<ModuleHost, 'now'>): OldRows {
  const keepDays = {
    verification_codes: options.verificationCodesKeepDays ?? UPKEEP_DEFAULTS.verificationCodesKeepDays,
    oauth_states: 0,
    page_visits: options.pageVisitsKeepDays ?? UPKEEP_DEFAULTS.pageVisitsKeepDays,
  };
  return { table, keepDays: keepDays[table], now: host.now() };
}
