// Applies a change to the preferences of a recipient. Pure.
import type { DeliveryMethod } from '../../../clients/notifier.js';
import type { RecipientPreferences } from '../db/recipient-preferences.js';
import type { QuietHours } from './quiet-hours.js';

/** By category and delivery method; false: switched off. */
export type CategoryChoices = Readonly<Record<string, Readonly<Partial<Record<DeliveryMethod, boolean>>>>>;

/**
 * Omitted fields are kept; null removes a field. Categories are merged with the existing ones, so that none is switched on unintentionally.
 */
export interface PreferencesChange {
  readonly timezone?: string | null;
  readonly quiet_hours?: QuietHours | null;
  readonly muted_until?: Date | null;
  readonly categories?: CategoryChoices;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The categories of a row, without other data that the host may have written there. */
export function choicesOf(preferences: unknown): CategoryChoices {
  const stored = isObject(preferences) && isObject(preferences['categories']) ? preferences['categories'] : {};
  return Object.fromEntries(
    Object.entries(stored).flatMap(([category, methods]) => {
      if (!isObject(methods)) return [];
      const choices = Object.entries(methods).filter(([, on]) => typeof on === 'boolean');
      return [[category, Object.fromEntries(choices)]];
    }),
  );
}

export function changePreferences(now: RecipientPreferences, change: PreferencesChange): RecipientPreferences {
  const { timezone = now.timezone, quiet_hours = now.quiet_hours, muted_until = now.muted_until, categories } = change;
  const changed = { ...now, timezone, quiet_hours, muted_until };
  if (categories === undefined) return changed;
  const before = choicesOf(now.preferences);
  const merged: CategoryChoices = Object.fromEntries(
    Object.entries(categories).map(([category, choices]) => [
      category,
      { ...(Object.hasOwn(before, category) ? before[category] : {}), ...choices },
    ]),
  );
  const others = isObject(now.preferences) ? now.preferences : {};
  return { ...changed, preferences: { ...others, categories: { ...before, ...merged } } };
}

/** The change made by a click on an unsubscribe link. */
export const switchOff = (category: string, method: DeliveryMethod): PreferencesChange => ({
  categories: { [category]: { [method]: false } },
});
