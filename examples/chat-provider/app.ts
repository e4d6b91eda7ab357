// A chat that behaves like Slack as far as messages are posted: an Express app over channels in memory.
import express, { type Express, type RequestHandler, type Response } from 'express';

export interface Posted {
  readonly channel: string;
  readonly text: string;
  readonly ts: string;
  readonly metadata: unknown;
}

export interface ChatProvider {
  readonly app: Express;
  readonly messages: readonly Posted[];
  /** Channels that exist; null: all do. */
  channels: ReadonlySet<string> | null;
  /**
   * What goes wrong with messages from now on: `down` returns 503, `cut` cuts the connection, `lost` posts and cuts it, `busy` returns
   * 429 whatever the pace.
   */
  trouble: 'down' | 'cut' | 'lost' | 'busy' | null;
  /** Messages that were too many. */
  readonly refused: number;
  /** Messages a second that one channel takes; more get a 429. Infinity: any number. */
  perSecond: number;
}

export interface ChatSettings {
  readonly token: string;
}

const refuse = (response: Response, error: string): void => void response.json({ ok: false, error });

export function createChatProvider({ token }: ChatSettings): ChatProvider {
  const messages: Posted[] = [];
  const lastMs = new Map<string, number>();
  let refused = 0;
  const app = express().disable('x-powered-by');
  const chat: ChatProvider = {
    ...{ app, messages, channels: null, trouble: null, perSecond: 1 },
    get refused() {
      return refused;
    },
  };

  const authenticated: RequestHandler = (request, response, next) =>
    request.get('authorization') === `Bearer ${token}` ? next() : refuse(response, 'invalid_auth');
  const known: RequestHandler = (request, response, next) => {
    const { channel } = request.body as { channel?: string };
    return chat.channels === null || chat.channels.has(channel ?? '') ? next() : refuse(response, 'channel_not_found');
  };
  app.use('/api', authenticated, express.urlencoded({ extended: false }));

  app.post('/api/auth.test', (_request, response) => void response.json({ ok: true, team: 'example' }));
  app.post('/api/chat.postMessage', known, (request, response) => {
    const { channel = '', text = '', metadata } = request.body as Record<string, string | undefined>;
    if (chat.trouble === 'down') return void response.status(503).json({ ok: false, error: 'service_unavailable' });
    const nowMs = performance.now();
    if (chat.trouble === 'cut') return void response.socket?.destroy();
    if (chat.trouble === 'busy' || nowMs - (lastMs.get(channel) ?? -Infinity) < 1_000 / chat.perSecond) {
      refused += 1;
      return void response.status(429).set('retry-after', '1').json({ ok: false, error: 'ratelimited' });
    }
    lastMs.set(channel, nowMs);
    const ts = (Date.now() / 1_000).toFixed(6);
    messages.push({ channel, text, ts, metadata: metadata === undefined ? null : JSON.parse(metadata) });
    if (chat.trouble === 'lost') return void response.socket?.destroy();
    response.json({ ok: true, channel, ts });
  });
  app.post('/api/conversations.history', known, (request, response) => {
    const { channel, oldest = '0' } = request.body as Record<string, string | undefined>;
    const found = messages.filter((message) => message.channel === channel && Number(message.ts) >= Number(oldest));
    response.json({ ok: true, messages: [...found].reverse(), has_more: false });
  });
  app.use((_request, response) => refuse(response, 'unknown_method'));
  return chat;
}
