// The subscription worker as an Express app: what a team's own service looks like from Punctual's side.
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type Request, type Response } from 'express';
import { fateOf, latencyOf, type Fate } from './behaviour.js';
import { createLedger } from './ledger.js';
import type { WorkerSettings } from './settings.js';

const REFUSALS: Record<Exclude<Fate, 'ok' | 'hang'>, { status: number; error: string; retryAfter?: string }> = {
  fail: { status: 500, error: 'something broke' },
  reject: { status: 422, error: 'this user cannot be processed' },
  busy: { status: 429, error: 'too much at once', retryAfter: '2' },
};

interface Call {
  readonly subscriptionId: string;
  readonly userId: string | null;
}

function callIn(body: unknown): Call | null {
  const { subscriptionId, userId = null } = (body ?? {}) as Partial<Record<keyof Call, unknown>>;
  const fits = typeof subscriptionId === 'string' && (userId === null || typeof userId === 'string');
  return fits ? { subscriptionId, userId } : null;
}

/** `POST /process` does one occurrence; `GET /stats` says what was done, refused and repeated. */
export function createWorkerApp(settings: WorkerSettings): Express {
  const ledger = createLedger();
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());

  app.post('/process', async (request: Request, response: Response) => {
    const call = callIn(request.body);
    if (!call) return void response.status(400).json({ error: 'subscriptionId and userId are needed' });
    const key = request.get('idempotency-key') ?? `${call.subscriptionId}:${performance.now()}`;
    const { kind, attempt } = ledger.begin(key);
    if (kind === 'repeat') return void response.set('idempotent-replay', 'true').json({ success: true, ...call });
    if (kind === 'concurrent') return void response.status(409).json({ error: 'this key is in progress' });

    const fate = fateOf(key, attempt, settings);
    if (settings.latencyMs > 0) await sleep(latencyOf(settings));
    if (fate === 'hang') return void response.once('close', () => ledger.refused(key, 'hang'));
    if (fate === 'ok') {
      ledger.done(key);
      return void response.json({ success: true, ...call });
    }
    const { status, error, retryAfter } = REFUSALS[fate];
    ledger.refused(key, String(status));
    if (retryAfter) response.set('retry-after', retryAfter);
    response.status(status).json({ error });
  });

  app.get('/stats', (_request, response) => void response.json(ledger.stats()));
  return app;
}
