// The five built-in templates. Their variables are all optional: `{}` is enough for a mail.
import { z } from 'zod';
import type { NotificationTemplate } from '../../../clients/notifier.js';

const line = z.string().max(300);
const prose = z.string().max(50_000);
const link = z
  .url({ protocol: /^(https?|mailto)$/, error: 'must be a URL that begins with https://, http:// or mailto:' })
  .max(2_000);

const common = {
  title: line.optional(),
  body: prose.optional(),
  preheader: line.optional(),
  action: z.strictObject({ label: line.min(1), url: link }).optional(),
};

/** The variables of a mail; further ones are ignored. */
const plain = z.object(common);

const digest = z.object({
  ...common,
  items: z
    .array(
      z.object({
        title: line.nullish(),
        body: prose.nullish(),
        author: line.nullish(),
        at: z.string().max(100).nullish(),
        url: link.nullish(),
      }),
    )
    .max(500)
    .optional(),
  more: z.int().min(0).optional(),
  summary: prose.nullish(),
});

const HEADING = `{{% if (it.title) { }}<h1 class="heading" style="{{ it.$.styles.heading }}">{{ it.title }}</h1>
{{% } }}`;

const paragraphs = (variable: string): string => `{{% for (const lines of it.$.paragraphs(${variable})) { }}
<p class="text" style="{{ it.$.styles.paragraph }}">{{% lines.forEach((line, index) => { }}{{% if (index > 0) { }}<br>{{% } }}{{ line }}{{% }) }}</p>
{{% } }}`;

const ACTION = `{{% if (it.action && it.$.url(it.action.url)) { }}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 0;"><tr><td style="border-radius:8px;background-color:#2456c7;" class="button">
<a class="button" href="{{ it.$.url(it.action.url) }}" style="{{ it.$.styles.button }}">{{ it.action.label }}</a>
</td></tr></table>
{{% } }}`;

const ITEMS = `{{% for (const item of it.items || []) { }}
<div class="rule" style="border-top:1px solid #e5e7eb;padding:16px 0 0;margin:0 0 16px;">
{{% if (item.title) { }}<p class="item-title" style="{{ it.$.styles.itemTitle }}">{{% if (it.$.url(item.url)) { }}<a class="link" href="{{ it.$.url(item.url) }}" style="color:#2456c7;text-decoration:none;">{{ item.title }}</a>{{% } else { }}{{ item.title }}{{% } }}</p>
{{% } }}
{{% if (item.author || item.at) { }}<p class="small" style="{{ it.$.styles.small }}">{{ item.author }}{{% if (item.author && item.at) { }} &middot; {{% } }}{{% if (item.at) { }}{{ it.$.date(item.at) }}{{% } }}</p>
{{% } }}
${paragraphs('item.body')}
</div>
{{% } }}
{{% if (it.more) { }}<p class="text" style="{{ it.$.styles.paragraph }}">And {{ it.more }} more.</p>
{{% } }}`;

const BODY = `${HEADING}${paragraphs('it.body')}${ACTION}`;
const DIGEST = `${HEADING}${paragraphs('it.body')}${paragraphs('it.summary')}${ITEMS}${ACTION}`;

const kind = (type: string, standard: string): NotificationTemplate => ({
  type,
  schema: plain,
  subject: `{{ it.title || ${JSON.stringify(standard)} }}`,
  preheader: '{{ it.preheader }}',
  body: BODY,
});

export const BUILT_IN: readonly NotificationTemplate[] = [
  kind('immediate', 'You have a new notification'),
  {
    type: 'digest',
    schema: digest,
    subject: `{{ it.title || 'Your digest' }}`,
    preheader: '{{ it.preheader || it.summary }}',
    body: DIGEST,
  },
  kind('system', 'A message about your account'),
  kind('dunning', 'Your payment needs attention'),
  kind('engagement', 'Something new for you'),
];
