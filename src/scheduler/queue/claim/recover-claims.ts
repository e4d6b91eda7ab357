// After a failure: claims of our own that nobody works on (a lost response, an end that could not be written) are given back.
import type { Database } from '../../../db/database.js';
import { lockClaims } from '../../../db/queue/queries/claim-jobs.js';
import { forgetClaims } from '../../../db/queue/queries/release-jobs.js';
import type { ClaimLedger } from './claim-ledger.js';

export interface UncertainClaims {
  /** A claim whose response never came. */
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

/** Gives everything back that our claims still hold, `except` for some. Only while no drain works on any of the others. */
export async function recoverClaims(
  db: Database,
  ledger: ClaimLedger,
  uncertain: UncertainClaims,
  except: ReadonlySet<string>,
): Promise<void> {
  const tokens = [...ledger.tokens(), ...uncertain.tokens].filter((token) => !except.has(token));
  if (tokens.length === 0) return;
  await db.transaction(async (tx) => {
    // a claim whose response was given up may still wait for this lock on the server: it must not come after the deletion
    if (uncertain.tokens.length > 0) await lockClaims(tx);
    await forgetClaims(tx, tokens);
  });
  ledger.forget(tokens);
  uncertain.clear(tokens);
}
