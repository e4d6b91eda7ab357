// The header `Prefer` (RFC 7240): how long a caller waits for long-running work.
import { z } from 'zod';

export const LONGEST_WAIT_S = 120;

/** How long the caller wants to wait (RFC 7240): `respond-async` not at all, `respond-async, wait=10` ten seconds. */
export const prefer = z
  .string()
  .max(200)
  .default('')
  .transform((text) => {
    const preferences = text.split(/[,;]/).map((part) => part.trim().toLowerCase());
    const wait = preferences.map((part) => /^wait ?= ?"?(\d{1,5})"?$/.exec(part)?.[1]).find((seconds) => seconds);
    const asked = wait === undefined ? (preferences.includes('respond-async') ? 0 : LONGEST_WAIT_S) : Number(wait);
    return {
      waitS: Math.min(asked, LONGEST_WAIT_S),
      async: preferences.includes('respond-async'),
      given: wait !== undefined,
    };
  })
  .meta({ description: '`respond-async`: reply with 202 at once; with `wait=10` after ten seconds' });
