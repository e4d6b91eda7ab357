// Renders a template: subject, HTML in its layout, and plain text from the same source.
import type { TemplateFunction } from 'eta';
import { compile as compileText } from 'html-to-text';
import type { TemplateData } from '../../../clients/notifier.js';
import { createHelpers } from './helpers.js';
import { LAYOUT_SOURCE, type LayoutData } from './layout.js';
import type { CompiledTemplate, TemplateRegistry } from './registry.js';

export interface Rendering {
  readonly template: CompiledTemplate;
  readonly data: TemplateData;
  /** Instead of the template's. */
  readonly subject: string | null;
  readonly unsubscribeUrl: string | null;
  /** Of the recipient, for dates. */
  readonly timeZone: string | null;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly html: string;
  /** With a footer, for a mail. */
  readonly text: string;
  /** Only the message, for SMS and WhatsApp. */
  readonly short: string;
}

export type Renderer = (rendering: Rendering) => RenderedMessage;

const MAX_SUBJECT = 500;
const MAX_PREHEADER = 200;

/** A subject is always one line, whatever a variable contains. */
const oneLine = (text: string, max: number): string =>
  text
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, max);

const compiledToText = compileText({
  wordwrap: 78,
  selectors: [
    ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] as [string, string] } },
    { selector: 'img', format: 'skip' },
  ],
});

/** Parsing HTML is most of the cost of rendering, and the mails of a bulk are often identical: the last text is cached. */
function createToText(): (content: string) => string {
  let last = { content: '', text: '' };
  return (content) => {
    if (content !== last.content) last = { content, text: compiledToText(content) };
    return last.text;
  };
}

export function createRenderer({ engines }: TemplateRegistry, productName: string): Renderer {
  const { html, text } = engines;
  const layout = html.compile(LAYOUT_SOURCE);
  const toText = createToText();

  return ({ template, data, subject, unsubscribeUrl, timeZone }) => {
    const it = { ...data, $: createHelpers(timeZone ?? 'UTC') };
    const asText = (part: TemplateFunction | null): string => (part === null ? '' : text.render(part, it));
    const content = html.render(template.body, it);
    const line = oneLine(subject ?? asText(template.subject), MAX_SUBJECT);
    const preheader = oneLine(asText(template.preheader), MAX_PREHEADER);
    const frame: LayoutData = { subject: line, preheader, content, productName, unsubscribeUrl };
    const plain = template.text === null ? toText(content) : asText(template.text).trim();
    return {
      subject: line,
      html: html.render(layout, frame),
      text: withFooter(plain, productName, unsubscribeUrl),
      short: plain,
    };
  };
}

const withFooter = (text: string, productName: string, unsubscribeUrl: string | null): string =>
  [text, ['-- ', productName, ...(unsubscribeUrl === null ? [] : [`Unsubscribe: ${unsubscribeUrl}`])].join('\n'), '']
    .filter((part, index) => index > 0 || part !== '')
    .join('\n\n')
    .trimEnd()
    .concat('\n');
