// A check: a probe that gathers facts, a pure function that judges them, and a repair if that is safe.
import type pg from 'pg';
import type { Clock } from '../../base/clock.js';
import type { Config } from '../../base/config/config.js';
import type { MigrateOptions } from '../../compose/database/migrate.js';
import type { Db } from '../../db/database.js';

export interface Finding {
  /** `none`: does not apply here, such as a mail server where none is configured. */
  readonly status: 'ok' | 'warn' | 'fail' | 'none';
  readonly message: string;
  /** What to do, in words. */
  readonly todo?: string;
  /** What to run in the database. */
  readonly sql?: readonly string[];
}

/** What is examined: the configuration, and the database that it names if that can be reached. */
export interface Patient {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
  readonly clock: Clock;
  /** A connection to DATABASE_URL, like those of the pool. */
  readonly db: Db;
  /** The same, to run several statements or to look at settings. */
  readonly client: pg.Client;
  /** For checks of migrations; with DATABASE_DIRECT_URL. Loads the modules, which takes a while. */
  migrations(): Promise<MigrateOptions>;
  /** A snapshot older than this is reported. */
  readonly snapshotLimitS: number;
}

export interface Check<F> {
  readonly name: string;
  /** False: the check is made even if the database cannot be reached. */
  readonly needsDatabase: boolean;
  /** null: there is nothing to check here. */
  probe(patient: Patient): Promise<F | null>;
  /** Pure. */
  decide(facts: F): Finding;
  /** Makes the repairs that are safe on a running system and returns what it did; null: nothing. */
  fix?(patient: Patient, facts: F): Promise<string | null>;
}

/** A check without its own type of facts. */
export type AnyCheck = Check<unknown>;

export const defineCheck = <F>(check: Check<F>): AnyCheck => check;

export const ok = (message: string): Finding => ({ status: 'ok', message });
