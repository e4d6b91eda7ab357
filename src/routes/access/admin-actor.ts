// The caller of the admin API, as seen by its routes.
import type { Request } from 'express';
import { SchedulerError } from '../../base/errors.js';
import { isRole, ROLES, type Role } from '../../base/secrets/roles.js';
import type { Actor } from '../../scheduler/contracts/scheduler.js';
import { identityOf, type Identity } from '../kit/auth/authenticate.js';
import { requestIdOf } from '../kit/request-id.js';
import type { Call } from '../kit/route.js';
import { sessionOf, type Session } from './sessions.js';

export interface AdminActor extends Actor {
  readonly role: Role;
  /** The dashboard session of the call; null: a token, or the host's authentication. */
  readonly session: Session | null;
}

/** The caller behind a call to an admin route. */
export const adminOf = ({ actor }: Pick<Call, 'actor'>): AdminActor => {
  const { role } = actor as Partial<AdminActor>;
  if (isRole(role)) return actor as AdminActor;
  throw new SchedulerError('FORBIDDEN', 'this route is for callers of the admin API');
};

/** The role of a caller; without a role from the authentication, admin. Throws INVALID_CONFIG for an unknown role. */
export function roleOf({ role = 'admin', name }: Identity): Role {
  if (isRole(role)) return role;
  const message = `authenticate returned the role ${JSON.stringify(role)} for ${name}; it may be ${ROLES.join(', ')}`;
  throw new SchedulerError('INVALID_CONFIG', message);
}

/** As the audit log names a caller. */
export const plainActor = (request: Request): Actor => {
  const requestId = requestIdOf(request);
  const { name } = identityOf(request);
  return { name, ...(request.ip ? { ip: request.ip } : {}), ...(requestId ? { requestId } : {}) };
};

export const adminActor = (request: Request): AdminActor => ({
  ...plainActor(request),
  role: roleOf(identityOf(request)),
  session: sessionOf(request),
});
