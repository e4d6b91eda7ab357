// Preferences that users set for their own recipients: quiet hours, mutes, zone and categories.
import { z } from 'zod';
import { zoneNames, type ModuleHost } from '../../../scheduler/public.js';
import { given, isoOrNull, maybeTime, route, timeInput, userOf, type Call, type Route } from '../../../routes/index.js';
import {
  findOwnPreferences,
  lockPreferences,
  savePreferences,
  type OwnerScope,
  type RecipientPreferences,
} from '../db/recipient-preferences.js';
import { isCritical } from '../deliver/sending-decision.js';
import { notificationError } from '../errors.js';
import { changePreferences, choicesOf } from '../recipients/change-preferences.js';
import { quietHoursSchema } from '../recipients/quiet-hours-schema.js';
import { TYPE_NAME } from '../templates/registry.js';

const MOST_CATEGORIES = 100;
const category = z
  .string()
  .regex(TYPE_NAME, 'must be the name of a category')
  .refine((name) => !isCritical(name), 'is critical and cannot be switched off');
const choices = z.strictObject({ email: z.boolean(), sms: z.boolean(), whatsapp: z.boolean() }).partial();

const timezone = z
  .string()
  .max(64)
  .transform((name, context) => {
    const known = zoneNames.resolve(name);
    if (known !== null) return known;
    const meant = zoneNames.suggest(name);
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    context.addIssue(`must be an IANA time zone such as Europe/Berlin${hint}`);
    return z.NEVER;
  });

const body = z
  .strictObject({
    quiet_hours: quietHoursSchema.nullable(),
    muted_until: timeInput.nullable(),
    categories: z
      .record(category, choices)
      .refine((all) => Object.keys(all).length <= MOST_CATEGORIES, `must hold at most ${MOST_CATEGORIES} categories`),
    timezone: timezone.nullable(),
  })
  .partial()
  .refine((fields) => Object.keys(fields).length > 0, 'give at least one field');

const preferencesSchema = z
  .object({
    recipient_id: z.string(),
    timezone: z.string().nullable(),
    quiet_hours: z.unknown(),
    muted_until: maybeTime,
    categories: z.record(z.string(), z.record(z.string(), z.boolean())),
  })
  .meta({ id: 'RecipientPreferences' });

const toJson = ({
  id,
  preferences,
  muted_until,
  ...rest
}: RecipientPreferences): z.input<typeof preferencesSchema> => ({
  recipient_id: id,
  timezone: rest.timezone,
  quiet_hours: rest.quiet_hours,
  muted_until: isoOrNull(muted_until),
  categories: choicesOf(preferences),
});

const params = z.strictObject({ id: z.string().min(1).max(200) });
const scopeOf = (call: Call): OwnerScope => userOf(call);
const notFound = (id: string) => notificationError('RECIPIENT_NOT_FOUND', `there is no recipient ${id}`, { id });

/** Under `/api`. */
export const recipientRoutes = ({ db }: Pick<ModuleHost, 'db'>): Route[] => [
  route({
    method: 'get',
    path: '/recipients/:id/preferences',
    id: 'getRecipientPreferences',
    tag: 'Recipients',
    summary: 'Quiet hours, mute, zone and categories of one of the user’s recipients',
    params,
    responses: { 200: { description: 'The preferences', schema: preferencesSchema } },
    handle: async ({ params: { id } }, call) => {
      const found = await findOwnPreferences(db, scopeOf(call), id);
      if (found === undefined) throw notFound(id);
      return { status: 200, body: toJson(found) };
    },
  }),
  route({
    method: 'put',
    path: '/recipients/:id/preferences',
    id: 'setRecipientPreferences',
    tag: 'Recipients',
    summary: 'Change the given preferences; null removes one, and categories are merged',
    params,
    body,
    responses: { 200: { description: 'The preferences after the change', schema: preferencesSchema } },
    handle: async ({ params: { id }, body }, call) => {
      const changed = await db.transaction(async (tx) => {
        if ((await findOwnPreferences(tx, scopeOf(call), id)) === undefined) throw notFound(id);
        const locked = await lockPreferences(tx, id);
        if (locked === undefined) throw notFound(id);
        const after = changePreferences(locked, given(body));
        await savePreferences(tx, after);
        return after;
      });
      return { status: 200, body: toJson(changed) };
    },
  }),
];
