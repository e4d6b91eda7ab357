// The input of a trigger as shown by the API: in the same notation in which it was sent.
import { snakeKeys } from '../../../base/snake-case.js';

export const SUBSCRIPTIONS_PROCESS = 'subscriptions';

/** Fields of the main process are shown in snake_case; the input of a host's process is left unchanged. */
export function inputJson(process: string, input: unknown): unknown {
  if (process !== SUBSCRIPTIONS_PROCESS || typeof input !== 'object' || input === null) return input ?? null;
  return snakeKeys(input);
}
