// What a caller of the admin API may do. Each role may do all that those before it may.

/** `viewer` reads, without payloads; `operator` also triggers, pauses, retries and cancels; `admin` also changes settings. */
export type Role = 'viewer' | 'operator' | 'admin';

export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

export const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

/** True when someone with `role` may do what needs `needed`. */
export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
