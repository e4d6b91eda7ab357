// The members API as an Express app, with both ways of paging, a key, a rate limit, hiccups, and an audience that changes while it is read.
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type RequestHandler } from 'express';
import { memberAt, memberAtMoved, type AudienceShape } from './audience.js';
import type { MembersProviderSettings } from './settings.js';

const whole = (value: unknown, otherwise: number): number =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : otherwise;

const withKey =
  (key: string): RequestHandler =>
  (request, response, next) =>
    request.get('authorization') === `Bearer ${key}`
      ? next()
      : void response.status(401).json({ error: 'the key is not valid' });

/** A second's worth of calls, with the headers that tell how many are left; 429 when none is. */
function limited(perSecond: number): RequestHandler {
  let window = { since: 0, used: 0 };
  return (_request, response, next) => {
    const now = performance.now();
    if (now - window.since >= 1_000) window = { since: now, used: 0 };
    window.used += 1;
    const resetS = Math.max(0.001, (window.since + 1_000 - now) / 1_000);
    response.set('RateLimit-Remaining', String(Math.max(0, perSecond - window.used)));
    response.set('RateLimit-Reset', resetS.toFixed(3));
    if (window.used <= perSecond) return next();
    response.status(429).json({ error: `more than ${perSecond} calls in a second` });
  };
}

/** Each n-th call fails with 503: the same call succeeds when it is made again. */
function hiccups(failEvery: number): RequestHandler {
  let calls = 0;
  return (_request, response, next) => {
    calls += 1;
    if (failEvery > 0 && calls % failEvery === 0) return void response.status(503).json({ error: 'try again' });
    next();
  };
}

/** The entries from a position; after `moveAfter` calls the audience has changed, as when somebody leaves and joins again. */
function changingAudience(shape: AudienceShape, moveAfter: number) {
  let calls = 0;
  return (from: number, count: number) => {
    calls += 1;
    const at = moveAfter > 0 && calls > moveAfter ? memberAtMoved : memberAt;
    const there = Math.max(0, Math.min(count, shape.size - from));
    return Array.from({ length: there }, (_, offset) => at(shape, from + offset));
  };
}

const answerMembers = (shape: AudienceShape, moveAfter: number): RequestHandler => {
  const slice = changingAudience(shape, moveAfter);
  return ({ query }, response) => {
    if (query['first'] !== undefined) {
      const first = Math.min(200, whole(query['first'], 100));
      const from = whole(query['after'], 0);
      const end = Math.min(shape.size, from + first);
      const page_info = { has_next_page: end < shape.size, end_cursor: String(end), total_count: shape.size };
      return void response.json({ data: slice(from, first), page_info });
    }
    const per = Math.max(1, Math.min(200, whole(query['per'], 100)));
    const page = Math.max(1, whole(query['page'], 1));
    const total_page = Math.ceil(shape.size / per);
    const pagination = {
      current_page: page,
      total_page,
      next_page: page < total_page ? page + 1 : null,
      total_count: shape.size,
    };
    response.json({ pagination, data: slice((page - 1) * per, per) });
  };
};

/** `GET /members?page=1&per=100` and `GET /members?first=100&after=…`. */
export function createMembersApp(settings: Omit<MembersProviderSettings, 'port'>): Express {
  const { key, perSecond, latencyMs, failEvery, moveAfter, ...shape } = settings;
  const app = express().disable('x-powered-by');
  app.use('/members', withKey(key));
  if (perSecond > 0) app.use('/members', limited(perSecond));
  app.use('/members', hiccups(failEvery));
  if (latencyMs > 0) app.use('/members', (_request, _response, next) => void sleep(latencyMs).then(() => next()));
  app.get('/members', answerMembers(shape, moveAfter));
  app.use((_request, response) => void response.status(404).json({ error: 'no such route' }));
  return app;
}
