// The cheapest query, to check whether the server responds.
import type { Commands } from '../../../database.js';

/** Resolves when the server responds. */
export async function ping(on: Commands): Promise<void> {
  await on.query('SELECT 1');
}
