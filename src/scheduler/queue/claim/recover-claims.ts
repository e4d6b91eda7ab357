// After a failure: releases our own claims that are not being processed (a lost response, an outcome that could not be written).
import type { Database } from '../../../db/database.js';
import { lockClaims } from '../../../db/queue/queries/claim-jobs.js';
import { forgetClaims } from '../../../db/queue/queries/release-jobs.js';
import type { ClaimLedger } from './claim-ledger.js';

export interface UncertainClaims {
  /** A claim whose response never arrived. */
  add(token: string): void;
  readonly tokens: readonly string[];
  clear(tokens: readonly string[]): void;
}

export function createUncertainClaims(): UncertainClaims {
  const tokens = new Set<string>();
  return {
    add: (token) => void tokens.add(token),
    get tokens() {
      return [...tokens];
    },
    clear: (gone) => gone.forEach((token) => tokens.delete(token)),
  };
}

/** Releases everything that our claims still hold, `except` for some. Only while no drain is processing any of the others. */
export async function recoverClaims(
  db: Database,
  ledger: ClaimLedger,
  uncertain: UncertainClaims,
  except: ReadonlySet<string>,
): Promise<void> {
  const tokens = [...ledger.tokens(), ...uncertain.tokens].filter((token) => !except.has(token));
  if (tokens.length === 0) return;
  await db.transaction(async (tx) => {
    // a claim whose response was abandoned may still wait for this lock on the server: it must not succeed after the deletion
    if (uncertain.tokens.length > 0) await lockClaims(tx);
    await forgetClaims(tx, tokens);
  });
  ledger.forget(tokens);
  uncertain.clear(tokens);
}
