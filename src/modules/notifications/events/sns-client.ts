// Requests to SNS: certificates, which are cached, and confirmations of subscriptions.
import { request, type Dispatcher } from 'undici';
import { textWithin } from '../../../clients/http/text-within.js';
import { notificationError } from '../errors.js';
import type { SnsClient } from './ses.js';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64_000;
/** SNS changes its certificate about once a year; each region has its own. */
const MOST_KEPT = 50;

/** `dispatcher` makes the connections: `createOutbound` from `clients/http`, so that they go only to public addresses. */
export function createSnsClient(dispatcher: Dispatcher): SnsClient {
  const kept = new Map<string, Promise<string>>();

  const get = async (url: string): Promise<string> => {
    const { statusCode, body } = await request(url, { dispatcher, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await textWithin(body, MOST_BYTES);
    if (statusCode < 200 || statusCode > 299) throw new Error(`SNS responded with ${statusCode}`);
    return text;
  };

  const unavailable = (cause: unknown): never => {
    throw notificationError('EVENT_SOURCE_UNAVAILABLE', 'SNS cannot be reached', {}, { cause });
  };

  return {
    certificate(url) {
      const known = kept.get(url);
      if (known !== undefined) return known;
      if (kept.size >= MOST_KEPT) kept.clear();
      const fetched = get(url).catch((cause: unknown) => {
        kept.delete(url);
        return unavailable(cause);
      });
      kept.set(url, fetched);
      return fetched;
    },
    confirm: async (url) => void (await get(url).catch(unavailable)),
  };
}
