// Determines which claims should still be processed. `recheck` is set if the subscription was changed while it was claimed. An occurrence
// that an operator has forced on a paused subscription is processed anyway.
import type { Db } from '../../database.js';

const WANTED = `
SELECT p.claim_token AS token
  FROM unnest($1::{schema}.{rows}_key[], $2::uuid[]) AS o (subscription_id, claim_token)
  JOIN {processing} p ON p.subscription_id = o.subscription_id AND p.claim_token = o.claim_token
  JOIN {entities} s ON s.id = p.subscription_id
 WHERE NOT p.recheck OR {schema}.{rows}_may_run(s.active, s.paused_until, 'pending', p.next_run_at, p.superseded)`;

/** Returns the tokens of those claims. */
export async function wantedClaims(
  db: Db,
  claims: readonly { readonly id: string; readonly claimToken: string }[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ token: string }>(WANTED, [
    claims.map(({ id }) => id),
    claims.map(({ claimToken }) => claimToken),
  ]);
  return rows.map(({ token }) => token);
}
