// Shows operators what a notification will look like, without storing or sending anything.
import { z } from 'zod';
import { route, type Route } from '../../../routes/index.js';
import type { Notifications } from '../create-notifications.js';
import { invalid } from '../send/create-notifier.js';
import { checkData } from '../templates/registry.js';

const body = z.strictObject({
  type: z.string(),
  templateData: z.record(z.string(), z.unknown()).optional(),
  subject: z.string().max(500).optional(),
  timezone: z.string().max(100).optional().meta({ description: 'The recipient’s, for dates' }),
});

const previewSchema = z.object({ subject: z.string(), html: z.string(), text: z.string() });

/** Under `/admin`. */
export const previewRoutes = ({ templates, render }: Pick<Notifications, 'templates' | 'render'>): Route[] => [
  route({
    method: 'post',
    path: '/notifications/preview',
    id: 'previewNotification',
    tag: 'Notifications',
    summary: 'What a notification will look like; nothing is stored or sent',
    body,
    asSent: true,
    responses: { 200: { description: 'Subject, HTML and plain text', schema: previewSchema } },
    handle: async ({ body: { type, templateData = {}, subject = null, timezone = null } }) => {
      const template = templates.find(type);
      if (template === undefined) {
        throw invalid([
          { path: 'type', message: `is no registered template; there are ${templates.types().join(', ')}` },
        ]);
      }
      const checked = await checkData(template, templateData);
      if ('errors' in checked) {
        throw invalid(
          checked.errors.map(({ path, message }) => ({
            path: path === '' ? 'templateData' : `templateData.${path}`,
            message,
          })),
        );
      }
      const {
        html,
        text,
        subject: line,
      } = render({ template, data: checked.data, subject, unsubscribeUrl: null, timeZone: timezone });
      return { status: 200, body: { subject: line, html, text } };
    },
  }),
];
