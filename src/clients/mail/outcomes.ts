// Outcomes of sending, created in one place so that each field has its default.
import { storableText } from '../../base/to-json.js';
import type { TransportOutcome } from './transport.js';

const MAX_TEXT = 500;
const shortened = (text: string | null | undefined): string | null =>
  text === null || text === undefined || text === '' ? null : storableText(text.trim(), MAX_TEXT);

export function outcome(
  kind: TransportOutcome['kind'],
  given: Partial<Omit<TransportOutcome, 'kind'>> = {},
): TransportOutcome {
  const { code = null, unknownAddress = false, serverTrouble = false, retryAfterMs = null } = given;
  const [response, error] = [shortened(given.response), shortened(given.error)];
  return { kind, code, response, error, unknownAddress, serverTrouble, retryAfterMs };
}
