// A client of an OpenAI-compatible chat API: one question, one answer as text. Every failure is a value that says why.
import { request } from 'undici';
import { z } from 'zod';
import { toError } from '../../base/errors.js';
import { textWithin } from '../http/text-within.js';

export interface ChatOptions {
  /** The endpoint (`…/v1/chat/completions`), or its base URL before `/chat/completions` or `/v1/chat/completions`. */
  readonly url: string;
  /** Sent as a Bearer token. */
  readonly key?: string | null;
  readonly model: string;
  /** Time limit of the whole call, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

export interface ChatQuestion {
  readonly instruction: string;
  readonly content: string;
  readonly maxTokens: number;
}

export type ChatAnswer =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'failed'; readonly reason: string };

export interface ChatClient {
  /** Never rejects. */
  ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatAnswer>;
}

const MAX_BYTES = 262_144;

const completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string().nullish() }))
    .min(1),
});

/** Pure. The URL to call for the configured one. */
export function chatEndpoint(url: string): string {
  const endpoint = new URL(url);
  const path = endpoint.pathname.replace(/\/+$/, '');
  if (!path.endsWith('/chat/completions')) {
    endpoint.pathname = path.endsWith('/v1') ? `${path}/chat/completions` : `${path}/v1/chat/completions`;
  }
  return endpoint.href;
}

export function createChatClient({ url, key = null, model, timeoutMs = 10_000 }: ChatOptions): ChatClient {
  const endpoint = chatEndpoint(url);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  return {
    async ask({ instruction, content, maxTokens }, signal) {
      const messages = [
        { role: 'system', content: instruction },
        { role: 'user', content },
      ];
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const response = await request(endpoint, {
          method: 'POST',
          headers,
          body: JSON.stringify({ model, messages, max_tokens: maxTokens, temperature: 0, stream: false }),
          signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        });
        return answerOf(response.statusCode, await textWithin(response.body, MAX_BYTES));
      } catch (error) {
        return failed(limit.aborted ? `no response within ${timeoutMs} ms` : toError(error).message);
      }
    },
  };
}

const failed = (reason: string): ChatAnswer => ({ kind: 'failed', reason });

/** Pure. The response is untrusted data: only a completed answer is accepted. */
function answerOf(status: number, body: string): ChatAnswer {
  if (status !== 200) return failed(`status ${status}`);
  const parsed = completion.safeParse(jsonOf(body));
  const choice = parsed.data?.choices[0];
  if (choice === undefined) return failed('the response is no chat completion');
  const { finish_reason: end = null, message } = choice;
  return end === null || end === 'stop' ? { kind: 'text', text: message.content } : failed(`it ended with ${end}`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
