// Summaries of updates: the same updates are summarised once, and an endpoint that fails is not called for a while, so that it never delays
// the delivery of mail.
import { createHash } from 'node:crypto';
import { circuitBreaker, ConsecutiveBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel';
import type { ChatAnswer, ChatClient } from '../../../clients/chat/chat-completions.js';
import type { Logger } from '../../../scheduler/public.js';
import { summaryQuestion, usableSummary, type Summarizable } from './summary-question.js';

export interface Summarizer {
  /** Null: the digest is sent without one. Never rejects. */
  summarize(updates: readonly Summarizable[], signal: AbortSignal): Promise<string | null>;
}

interface Deps {
  readonly chat: ChatClient;
  readonly logger: Logger;
  readonly onEnd?: (made: boolean) => void;
}

/** Consecutive failures after which the endpoint is not called for a minute. */
const FAILURES = 3;
const PAUSE_MS = 60_000;
const REMEMBERED = 200;

export function createSummarizer({ chat, logger, onEnd }: Deps): Summarizer {
  const remembered = new Map<string, string>();
  const breaker = circuitBreaker(
    handleWhenResult((answer) => (answer as ChatAnswer).kind === 'failed'),
    { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );
  breaker.onBreak(() => logger.warn('digest summaries paused', { seconds: PAUSE_MS / 1_000 }));

  const remember = (key: string, text: string): void => {
    remembered.set(key, text);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  };

  return {
    async summarize(updates, signal) {
      const question = summaryQuestion(updates);
      if (question === null) return null;
      const key = createHash('sha256').update(question.content).digest('base64');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const answer = await breaker.execute(() => chat.ask(question, signal)).catch(notAsked);
      const text = answer.kind === 'text' ? usableSummary(answer.text) : null;
      onEnd?.(text !== null);
      if (text !== null) {
        remember(key, text);
        return text;
      }
      logger.warn('digest without a summary', { reason: answer.kind === 'failed' ? answer.reason : 'not usable' });
      return null;
    },
  };
}

const notAsked = (error: unknown): ChatAnswer => ({
  kind: 'failed',
  reason: isBrokenCircuitError(error) ? 'the endpoint is paused after failures' : 'the call failed',
});
