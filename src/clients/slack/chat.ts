// Posting to a chat: Slack's official client, without its own retries. Each call resolves with an outcome and never rejects.
import type { WebClient } from '@slack/web-api';
import { toError } from '../../base/errors.js';

export interface ChatMessage {
  readonly channel: string;
  readonly text: string;
  /** Kept with the message, so that it can be found again. */
  readonly metadata: { readonly eventType: string; readonly eventPayload: Readonly<Record<string, string>> };
}

export type ChatAnswer =
  | { readonly kind: 'posted'; readonly ts: string }
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** It can never succeed: no such channel, or the token was revoked. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No response: the message may have been posted. */
  | { readonly kind: 'unknown'; readonly message: string };

export interface Chat {
  /** Never rejects. */
  post(message: ChatMessage): Promise<ChatAnswer>;
  /** Whether the channel has a message with this metadata since then; null: unknown. Never rejects. */
  has(message: ChatMessage, since: Date): Promise<boolean | null>;
}

export interface SlackOptions {
  readonly token: string;
  /** Default: Slack's own. */
  readonly apiUrl?: string | null;
  /** For one request. Default 10,000. */
  readonly timeoutMs?: number;
}

const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited']);

/** The client is loaded with the first message. */
export function createSlackChat({ token, apiUrl = null, timeoutMs = 10_000 }: SlackOptions): Chat {
  let made: Promise<WebClient> | null = null;
  const slack = (): Promise<WebClient> => (made ??= load(token, apiUrl, timeoutMs));
  return {
    post: async ({ channel, text, metadata }) => {
      try {
        const client = await slack();
        const { ts = '' } = await client.chat.postMessage({
          channel,
          text,
          metadata: { event_type: metadata.eventType, event_payload: { ...metadata.eventPayload } },
        });
        return { kind: 'posted', ts };
      } catch (error) {
        return ofError(error);
      }
    },
    has: async ({ channel, metadata }, since) => {
      try {
        const oldest = String(since.getTime() / 1_000);
        const client = await slack();
        const { messages = [] } = await client.conversations.history({
          channel,
          oldest,
          limit: 200,
          include_all_metadata: true,
        });
        return messages.some((message) => isSame(message, metadata));
      } catch {
        return null; // the token may lack the scope for it
      }
    },
  };
}

async function load(token: string, apiUrl: string | null, timeout: number): Promise<WebClient> {
  const { WebClient: Client, LogLevel } = await import('@slack/web-api');
  return new Client(token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logLevel: LogLevel.ERROR,
    logger: silent(LogLevel.ERROR),
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
  });
}

/** A failure is an outcome; the client's own log lines would contain the payload. */
const silent = <L>(level: L) => ({
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => level,
  setName: () => {},
});

function isSame(message: object, { eventType, eventPayload }: ChatMessage['metadata']): boolean {
  const { metadata } = message as { metadata?: { event_type?: string; event_payload?: Record<string, unknown> } };
  if (metadata?.event_type !== eventType) return false;
  return Object.entries(eventPayload).every(([key, value]) => metadata.event_payload?.[key] === value);
}

function ofError(thrown: unknown): ChatAnswer {
  const error = toError(thrown) as Error & {
    code?: string;
    retryAfter?: number;
    statusCode?: number;
    data?: { error?: string };
  };
  if (error.code === 'slack_webapi_rate_limited_error') {
    return { kind: 'busy', retryAfterMs: (error.retryAfter ?? 1) * 1_000 };
  }
  const said = error.data?.error;
  if (error.code === 'slack_webapi_platform_error' && said !== undefined && !PASSING.has(said)) {
    return { kind: 'refused', reason: said };
  }
  return { kind: 'unknown', message: error.message };
}
