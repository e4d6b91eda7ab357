// Roles of the admin API: each route says what it needs, and a caller with a lesser role is refused before the handler runs.
import type { RequestHandler } from 'express';
import { SchedulerError } from '../../base/errors.js';
import { mayAct, type Role } from '../../base/secrets/roles.js';
import { identityOf } from '../kit/auth/authenticate.js';
import type { Call, Route } from '../kit/route.js';
import { adminOf, roleOf } from './admin-actor.js';

/** What a route needs: `viewer` to read, `operator` to change anything, unless it says otherwise. */
export const roleNeeded = ({ role, method }: Pick<Route, 'role' | 'method'>): Role =>
  role ?? (method === 'get' ? 'viewer' : 'operator');

const refusal = (needed: Role, role: Role, what: string): SchedulerError =>
  new SchedulerError('FORBIDDEN', `${what} needs the role ${needed}; yours is ${role}`);

/** Runs before the handler of a route. */
export const requireRole =
  (route: Pick<Route, 'role' | 'method'>): RequestHandler =>
  (request, _response, next) => {
    const [needed, role] = [roleNeeded(route), roleOf(identityOf(request))];
    next(mayAct(role, needed) ? undefined : refusal(needed, role, 'this'));
  };

/** For a part of a route: throws FORBIDDEN unless the caller has at least this role. `what` begins the message. */
export function demandRole(call: Pick<Call, 'actor'>, needed: Role, what: string): void {
  const { role } = adminOf(call);
  if (!mayAct(role, needed)) throw refusal(needed, role, what);
}
