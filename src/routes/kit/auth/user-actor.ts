// The application's user, as seen by the routes for users.
import type { Request } from 'express';
import type { Actor } from '../../../scheduler/contracts/scheduler.js';
import { identityOf, type Identity } from './authenticate.js';
import { requestIdOf } from '../request-id.js';
import type { Call } from '../route.js';
import type { UserIdentity } from './user-auth.js';

export interface UserActor extends Actor {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** The user behind a call to one of a module's user routes. */
export const userOf = ({ actor }: Pick<Call, 'actor'>): UserActor => actor as UserActor;

/** The caller of a route for users and services: a service is not a user and has no workspace. */
export interface Caller extends Actor {
  readonly userId: string | null;
  readonly workspaceId: string | null;
}

/** The user or the service behind a call to a user route with `services: true`. */
export const callerOf = ({ actor }: Pick<Call, 'actor'>): Caller => {
  const { userId = null, workspaceId = null } = actor as Partial<UserActor>;
  return { ...actor, userId, workspaceId };
};

/** The caller of this request, after `requireIdentity` has accepted it. A service has only a name. */
export function userActorOf(request: Request): Actor {
  const { name, userId, workspaceId } = identityOf(request) as Identity & Partial<UserIdentity>;
  const requestId = requestIdOf(request);
  return {
    name,
    ...(userId === undefined ? {} : { userId, workspaceId: workspaceId ?? null }),
    ...(request.ip ? { ip: request.ip } : {}),
    ...(requestId ? { requestId } : {}),
  };
}
