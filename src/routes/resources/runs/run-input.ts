// What a trigger asked for, as the API shows it again: in the words in which it was asked.
import { snakeKeys } from '../../../base/snake-case.js';

export const SUBSCRIPTIONS_PROCESS = 'subscriptions';

/** The main process's own fields are ours and told in snake_case; what a host's process was handed is the host's, and left alone. */
export function inputJson(process: string, input: unknown): unknown {
  if (process !== SUBSCRIPTIONS_PROCESS || typeof input !== 'object' || input === null) return input ?? null;
  return snakeKeys(input);
}
