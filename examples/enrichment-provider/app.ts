// The provider as an Express app: companies by their domain, people by their address, for any client that has the key.
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type RequestHandler, type Response } from 'express';
import { createBudget } from './budget.js';
import { COMPANIES, PEOPLE } from './directory.js';
import type { ProviderSettings } from './settings.js';
import { troubleOf } from './troubles.js';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.toLowerCase() : null;

/** Answers with the trouble of the domain, where it brings one. */
function inTrouble(domain: string, response: Response): boolean {
  const trouble = troubleOf(domain);
  if (trouble === undefined) return false;
  // who is silent leaves the connection open
  if (trouble !== 'silent') {
    response
      .status(trouble.status)
      .set({ 'content-type': 'application/json', ...trouble.headers })
      .end(trouble.body);
  }
  return true;
}

const withKey =
  (key: string): RequestHandler =>
  (request, response, next) =>
    request.get('x-api-key') === key
      ? next()
      : void response.status(401).json({ error: 'Invalid access credentials.' });

/** The headers by which a client learns how much is left of the minute; 429 when it is nothing. */
function withinBudget(perMinute: number): RequestHandler {
  const take = createBudget(perMinute);
  return (request, response, next) => {
    const { granted, used, left, resetS } = take(request.path);
    response.set({
      'x-rate-limit-minute': String(perMinute),
      'x-minute-usage': String(used),
      'x-minute-requests-left': String(left),
    });
    if (granted) return next();
    response
      .status(429)
      .set('retry-after', String(resetS))
      .json({ error: `more than ${perMinute} calls in a minute` });
  };
}

const findCompany: RequestHandler = (request, response) => {
  const domain = text(request.query['domain']);
  if (domain === null) return void response.status(422).json({ error: 'domain is missing' });
  if (inTrouble(domain, response)) return;
  const organization = COMPANIES.get(domain);
  response.json(organization === undefined ? {} : { organization });
};

const findPerson: RequestHandler = (request, response) => {
  const email = text((request.body as { email?: unknown } | undefined)?.email);
  if (email === null) return void response.status(422).json({ error: 'email is missing' });
  if (inTrouble(email.slice(email.indexOf('@') + 1), response)) return;
  response.json({ person: PEOPLE.get(email) ?? null });
};

/** `GET /api/v1/organizations/enrich?domain=` and `POST /api/v1/people/match {email}`. */
export function createProviderApp({ key, perMinute, latencyMs }: Omit<ProviderSettings, 'port'>): Express {
  const api = express.Router();
  api.use(withKey(key), withinBudget(perMinute), express.json());
  if (latencyMs > 0) api.use((_request, _response, next) => void sleep(latencyMs).then(() => next()));
  api.get('/organizations/enrich', findCompany);
  api.post('/people/match', findPerson);

  const app = express();
  app.disable('x-powered-by');
  app.use('/api/v1', api);
  app.use((_request, response) => void response.status(404).json({ error: 'no such route' }));
  return app;
}
