// Previews a notification: validated as before storing, and rendered as before sending.
import type { NotificationInput, RenderedNotification } from '../../../clients/notifier.js';
import type { FieldError } from '../../../base/errors.js';
import { checkData, type TemplateRegistry } from './registry.js';
import type { Renderer } from './render.js';

export type Preview = (
  notification: Pick<NotificationInput, 'type' | 'templateData' | 'subject'>,
  timeZone: string | null,
) => Promise<RenderedNotification | { readonly errors: readonly FieldError[] }>;

export const createPreview =
  (templates: TemplateRegistry, render: Renderer): Preview =>
  async ({ type, templateData = {}, subject = null }, timeZone) => {
    const template = templates.find(type);
    if (template === undefined) {
      const message = `is not a registered template; there are ${templates.types().join(', ')}`;
      return { errors: [{ path: 'type', message }] };
    }
    const checked = await checkData(template, templateData);
    if ('errors' in checked) {
      const pathOf = (path: string): string => (path === '' ? 'templateData' : `templateData.${path}`);
      return { errors: checked.errors.map(({ path, message }) => ({ path: pathOf(path), message })) };
    }
    const rendered = render({ template, data: checked.data, subject, unsubscribeUrl: null, timeZone });
    return { subject: rendered.subject, html: rendered.html, text: rendered.text };
  };
