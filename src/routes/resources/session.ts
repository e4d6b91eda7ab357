// The dashboard's sessions: the current one, login with a token or a code, logout, and one-time login links.
import { z } from 'zod';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { ROLES } from '../../base/secrets/roles.js';
import { VERSION } from '../../base/version.js';
import type { LoginCodes } from '../../dashboard/login-codes.js';
import type { Actor } from '../../scheduler/contracts/scheduler.js';
import { modulePageSchema } from '../../scheduler/modules/index.js';
import { adminOf, type AdminActor } from '../access/admin-actor.js';
import type { Sessions } from '../access/sessions.js';
import { unauthenticated } from '../kit/auth/authenticate.js';
import { maybeTime, time } from '../kit/json.js';
import { route, type Call, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';

const tag = 'Dashboard';

const LOGIN_PATH = '/ui/login';

/** Only if callers have tokens; not for hosts with their own authentication. */
export interface Logins {
  readonly sessions: Sessions;
  readonly codes: LoginCodes;
}

export interface SessionDeps {
  readonly scheduler: Pick<AdminScheduler, 'modules' | 'audit'>;
  readonly logger: Logger;
  readonly environment: string;
  readonly logins: Logins | null;
  /** The path at which browsers reach the router that is mounted at `base`. */
  readonly publicPath: (base: string) => string;
}

/** The caller of an open route, who is not known yet. */
export interface LoginActor extends Actor {
  /** Whether the cookie of its session must be `Secure`. */
  readonly secure: boolean;
}

const pageSchema = modulePageSchema.meta({ id: 'ModulePage' });

const sessionSchema = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    kind: z.enum(['cookie', 'token', 'host']),
    csrf: z.string().nullable().meta({ description: 'Sent as `X-Punctual-CSRF` with each change by cookie' }),
    expires_at: maybeTime.meta({ description: 'Renewed while the session is used' }),
    version: z.string(),
    environment: z.string(),
    modules: z.array(z.string()),
    pages: z.array(pageSchema).meta({ description: 'Pages that modules describe' }),
  })
  .meta({ id: 'Session' });

const loginBody = z
  .strictObject({ token: z.string().min(1).max(4_096).optional(), code: z.string().min(1).max(200).optional() })
  .refine(({ token, code }) => (token === undefined) !== (code === undefined), {
    path: ['token'],
    message: 'give either a token or a code',
  });

const CODE_LIFE_S = 600;

export function sessionRoutes(deps: SessionDeps): Route[] {
  const current = route({
    method: 'get',
    path: '/ui/session',
    id: 'getSession',
    tag,
    summary: 'The caller, its role, and the features of this installation',
    responses: { 200: { description: 'The session', schema: sessionSchema } },
    handle: (_input, call) => ({ status: 200, body: sessionJson(deps, adminOf(call)) }),
  });
  return deps.logins === null ? [current] : [current, ...loginRoutes(deps, deps.logins)];
}

function sessionJson({ scheduler, environment, logins }: SessionDeps, { name, role, session }: Caller): object {
  return {
    name,
    role,
    kind: session ? 'cookie' : logins ? 'token' : 'host',
    csrf: session?.csrf ?? null,
    expires_at: session?.expiresAt.toISOString() ?? null,
    version: VERSION,
    environment,
    modules: scheduler.modules?.names ?? [],
    pages: scheduler.modules?.adminPages ?? [],
  };
}

type Caller = Pick<AdminActor, 'name' | 'role' | 'session'>;

const loginRoutes = (deps: SessionDeps, { sessions, codes }: Logins): Route[] => [
  route({
    method: 'post',
    path: LOGIN_PATH,
    id: 'login',
    tag,
    summary: 'Start a session with a token, or with a one-time code',
    open: true,
    body: loginBody,
    responses: {
      200: { description: 'The session; its cookie is set', schema: sessionSchema },
      401: { description: 'The token is wrong, or the code has been used or has expired' },
    },
    async handle({ body: { token, code } }, call) {
      const owner = token === undefined ? codes.redeem(code ?? '') : sessions.ownerOf(token);
      const { secure, ...actor } = call.actor as LoginActor;
      const opened = owner && sessions.begin(owner, { path: deps.publicPath(call.base), secure });
      if (opened === null) throw token === undefined ? usedCode() : unauthenticated('token');
      await recordLogin(deps, { ...actor, name: opened.identity.name }, token === undefined ? 'code' : 'token');
      return { status: 200, headers: { 'Set-Cookie': opened.cookie }, body: sessionJson(deps, opened.identity) };
    },
  }),
  route({
    method: 'post',
    path: '/ui/logout',
    id: 'logout',
    tag,
    summary: 'End the session of this browser',
    role: 'viewer',
    responses: { 204: { description: 'The cookie is deleted' } },
    handle: (_input, { base }) => ({ status: 204, headers: { 'Set-Cookie': sessions.end(deps.publicPath(base)) } }),
  }),
  route({
    method: 'post',
    path: '/ui/login-codes',
    id: 'createLoginCode',
    tag,
    summary: 'A one-time code for logging in as the owner of the token: `<mount>#login=<code>`',
    role: 'viewer',
    responses: {
      201: {
        description: 'The code; it is valid on the instance that issued it',
        schema: z.object({ code: z.string(), expires_at: time }).meta({ id: 'LoginCode' }),
      },
      403: { description: 'The caller is a session, which cannot create another' },
    },
    handle: (_input, call) => ({ status: 201, body: codeFor(call, codes) }),
  }),
];

function codeFor(call: Call, codes: LoginCodes): object {
  const { name, role, session } = adminOf(call);
  if (session) throw new SchedulerError('FORBIDDEN', 'a session cannot start another one: send the token itself');
  const { code, expiresAt } = codes.issue({ name, role }, CODE_LIFE_S);
  return { code, expires_at: expiresAt.toISOString() };
}

const usedCode = (): SchedulerError =>
  new SchedulerError('UNAUTHENTICATED', 'the link has been used already or has expired', { login: 'token' });

/** An unavailable database does not prevent a login. */
const recordLogin = ({ scheduler, logger }: SessionDeps, by: Actor, method: string): Promise<void> =>
  scheduler.audit
    .record({ by, action: 'dashboard.login', details: { method } })
    .catch((error: unknown) => logger.warn('a login was not recorded', { name: by.name, error: toError(error) }));
