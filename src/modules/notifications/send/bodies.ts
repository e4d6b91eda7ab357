// The bodies of the routes for sending, and the fields that they share with the service.
import { z } from 'zod';
import { given, timeInput } from '../../../routes/index.js';
import { MOST_AT_ONCE } from './create-notifier.js';

const word = z.string().min(1).max(200).optional();
const object = z.record(z.string(), z.unknown());
const to = z.union([z.string(), z.strictObject({ email: z.string(), name: z.string().optional() })], {
  error: 'must be an address, or an object with `email` and `name`',
});
const templateData = object.optional().meta({ description: 'The variables of the template; at most 64 kB of JSON' });

const shared = {
  type: z
    .string()
    .meta({ description: '`immediate`, `digest`, `system`, `dunning`, `engagement` or a registered template' }),
  templateData,
  subject: z.string().optional().meta({ description: 'Replaces the subject of the template' }),
  category: z
    .string()
    .optional()
    .meta({ description: 'What the recipient can unsubscribe from; default: the category of the template' }),
  priority: z
    .enum(['urgent', 'high', 'normal', 'low'], { error: 'must be one of urgent, high, normal, low' })
    .optional(),
  scheduled_for: timeInput.optional().meta({ description: 'Not before this time' }),
  delivery_method: z.enum(['email', 'sms', 'whatsapp'], { error: 'must be one of email, sms, whatsapp' }).optional(),
};

export const sendBody = z.strictObject({
  to: to.optional().meta({ description: 'Default: what the recipient’s row says' }),
  ...shared,
  recipient_id: word.meta({ description: 'Its mutes, quiet hours and preferences apply' }),
  group_id: word,
  update_id: word,
});

export const bulkBody = z.strictObject({
  ...shared,
  recipients: z
    .array(z.strictObject({ to: to.optional(), recipient_id: word, templateData }))
    .min(1, 'must have at least one recipient')
    .max(MOST_AT_ONCE, `must have at most ${MOST_AT_ONCE} recipients`),
});

export type SendBody = z.output<typeof sendBody>;
export type BulkBody = z.output<typeof bulkBody>;

export const inputOf = ({
  type,
  subject,
  category,
  priority,
  scheduled_for,
  delivery_method,
}: Omit<BulkBody, 'recipients'>) =>
  given({ type, subject, category, priority, scheduledFor: scheduled_for, deliveryMethod: delivery_method });
