// From a list of routes to an Express router: parse, call, reply.
import { on, setMaxListeners } from 'node:events';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { SchedulerError } from '../../base/errors.js';
import type { Actor } from '../../scheduler/contracts/scheduler.js';
import { forwardRejections } from './forward-rejections.js';
import type { Reply, Route } from './route.js';
import { validate } from './validate.js';

export interface RouterOptions {
  readonly routes: readonly Route[];
  /** Runs only for requests that match one of the routes; the same for all, or created for each route. */
  readonly before?: readonly RequestHandler[] | ((route: Route) => readonly RequestHandler[]);
  /** Who calls; asked after authentication. */
  readonly actorOf: (request: Request) => Actor;
  /** Aborts when the server closes: long waits and streams end. */
  readonly closing?: AbortSignal;
}

export function buildRouter({ routes, before = [], actorOf, closing }: RouterOptions): Router {
  const router = Router({ caseSensitive: true });
  if (closing) setMaxListeners(0, closing); // one listener for each request in progress is not a leak
  for (const route of routes) {
    const first = typeof before === 'function' ? before(route) : before;
    const answer = async (request: Request, response: Response): Promise<void> => {
      const input = validate(route, request);
      const signal = until(response, closing);
      const raw = route.rawBody ? { rawBody: request } : {};
      await send(
        response,
        await route.handle(input, { actor: actorOf(request), base: request.baseUrl, signal, ...raw }),
      );
    };
    router[route.method](route.path, ...first, forwardRejections(answer));
  }
  return router;
}

/** Aborts when the response has ended (sent, or its client disconnected) or the server closes. */
function until(response: Response, closing?: AbortSignal): AbortSignal {
  const over = new AbortController();
  const abort = (): void => over.abort();
  if (closing?.aborted) abort();
  // not AbortSignal.any, which would leave an entry in `closing` for as long as the server runs
  closing?.addEventListener('abort', abort);
  response.once('close', () => {
    closing?.removeEventListener('abort', abort);
    abort();
  });
  return over.signal;
}

async function send(response: Response, reply: Reply): Promise<void> {
  if (reply.stream) return sendStream(response, reply, reply.stream);
  response.status(reply.status).set(reply.headers ?? {});
  if (reply.text !== undefined) response.send(reply.text);
  else if (reply.body !== undefined) response.json(reply.body);
  else response.end();
}

async function sendStream(response: Response, reply: Reply, stream: AsyncIterable<string>): Promise<void> {
  const pieces = stream[Symbol.asyncIterator]();
  let piece = await pieces.next();
  response.status(reply.status).set(reply.headers ?? {});
  response.flushHeaders();
  const headOnly = response.req.method === 'HEAD';
  while (!piece.done && !response.closed && !headOnly) {
    if (!response.write(piece.value)) await drained(response);
    piece = await pieces.next();
  }
  await pieces.return?.();
  response.end();
}

/** The client reads slowly: wait until it has caught up or disconnected. */
async function drained(response: Response): Promise<void> {
  for await (const _ of on(response, 'drain', { close: ['close'] })) return;
}

/** The end of a router: no route matches this request. */
export const notFound: RequestHandler = (request) => {
  throw new SchedulerError('ROUTE_NOT_FOUND', `there is no ${request.method} ${request.baseUrl}${request.path}`);
};
