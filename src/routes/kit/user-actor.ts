// The application's user, as the routes for users know them.
import type { Request } from 'express';
import type { Actor } from '../../scheduler/contracts/scheduler.js';
import { identityOf } from './authenticate.js';
import { requestIdOf } from './request-id.js';
import type { Call } from './route.js';
import type { UserIdentity } from './user-auth.js';

export interface UserActor extends Actor {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** The user behind a call to one of a module's user routes. */
export const userOf = ({ actor }: Pick<Call, 'actor'>): UserActor => actor as UserActor;

/** Who made this request; asked after `requireIdentity` has let it in. */
export function userActorOf(request: Request): UserActor {
  const { name, userId, workspaceId } = identityOf(request) as UserIdentity;
  const requestId = requestIdOf(request);
  return { name, userId, workspaceId, ...(request.ip ? { ip: request.ip } : {}), ...(requestId ? { requestId } : {}) };
}
