// Shows operators what a notification will look like, without storing or sending anything.
import { z } from 'zod';
import { given, route, type Route } from '../../../routes/index.js';
import type { Notifications } from '../create-notifications.js';
import { invalid } from '../send/create-notifier.js';

const body = z.strictObject({
  type: z.string(),
  templateData: z.record(z.string(), z.unknown()).optional(),
  subject: z.string().max(500).optional(),
  timezone: z.string().max(100).optional().meta({ description: 'The recipient’s, for dates' }),
});

const previewSchema = z.object({ subject: z.string(), html: z.string(), text: z.string() });

/** Under `/admin`. */
export const previewRoutes = ({ preview }: Pick<Notifications, 'preview'>): Route[] => [
  route({
    method: 'post',
    path: '/notifications/preview',
    id: 'previewNotification',
    role: 'viewer',
    tag: 'Notifications',
    summary: 'What a notification will look like; nothing is stored or sent',
    body,
    asSent: true,
    responses: { 200: { description: 'Subject, HTML and plain text', schema: previewSchema } },
    handle: async ({ body: { timezone = null, ...notification } }) => {
      const rendered = await preview(given(notification), timezone);
      if ('errors' in rendered) throw invalid(rendered.errors);
      return { status: 200, body: rendered };
    },
  }),
];
