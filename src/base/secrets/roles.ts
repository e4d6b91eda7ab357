// Roles of the admin API. Each role has all permissions of those before it.

/** `viewer` reads, without payloads; `operator` also triggers, pauses, retries and cancels; `admin` also changes settings. */
export type Role = 'viewer' | 'operator' | 'admin';

export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

export const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

/** True if `role` includes the permissions of `needed`. */
export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
