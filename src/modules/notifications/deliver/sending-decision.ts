// The decision whether a notification is sent now, made at each attempt from the recipient's current preferences. Types only: the rules are
// in `recipients/`, the loading in `db/load-notifications.ts`.
import type { LoadedNotification } from '../db/load-notifications.js';

export type SendingDecision =
  | { readonly kind: 'send' }
  /** `scheduled_for` is moved there; it does not count as an attempt. */
  | { readonly kind: 'delay'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'cancel'; readonly reason: string };

export type DecideSending = (notification: LoadedNotification, now: Date) => SendingDecision;

/** Categories to which mutes, quiet hours and preferences do not apply, but the suppression list does. */
const CRITICAL = new Set(['system', 'dunning']);

export const isCritical = (category: string): boolean => CRITICAL.has(category);
