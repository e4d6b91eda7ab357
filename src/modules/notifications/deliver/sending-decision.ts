// Whether a notification goes out now, decided at each attempt from what its recipient says then. Types: the rules stand in
// `recipients/`, what is loaded in `db/load-notifications.ts`.
import type { LoadedNotification } from '../db/load-notifications.js';

export type SendingDecision =
  | { readonly kind: 'send' }
  /** `scheduled_for` moves there; it counts as no attempt. */
  | { readonly kind: 'delay'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'cancel'; readonly reason: string };

export type DecideSending = (notification: LoadedNotification, now: Date) => SendingDecision;

/** Categories that pass mutes, quiet hours and preferences, but never the suppression list. */
const CRITICAL = new Set(['system', 'dunning']);

export const isCritical = (category: string): boolean => CRITICAL.has(category);
