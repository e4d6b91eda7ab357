// Helpers for templates, as `it.$`.
import { textOf } from '../../../base/thrown.js';
import { STYLES } from './layout.js';

export interface TemplateHelpers {
  /** Inline styles of the layout: `style="{{ it.$.styles.paragraph }}"`. */
  readonly styles: typeof STYLES;
  /** Splits a text into paragraphs, and these into lines. */
  paragraphs(text: unknown): readonly (readonly string[])[];
  /** A URL that is allowed in a link; empty for any other, such as `javascript:`. */
  url(value: unknown): string;
  /** An instant in words, in the recipient's zone; other values are returned unchanged. */
  date(value: unknown): string;
}

const MAY_LINK = /^(https?:\/\/|mailto:)/i;

export const createHelpers = (timeZone: string): TemplateHelpers => ({
  styles: STYLES,
  paragraphs: (text) =>
    textOf(text ?? '')
      .split(/\r?\n\s*\r?\n/)
      .map((paragraph) => paragraph.trim().split(/\r?\n/))
      .filter((lines) => lines.some((line) => line !== '')),
  url: (value) => (typeof value === 'string' && MAY_LINK.test(value.trim()) ? value.trim() : ''),
  date(value) {
    const at = Date.parse(textOf(value));
    return Number.isNaN(at) ? textOf(value ?? '') : formatOf(timeZone).format(at);
  },
});

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const form = { dateStyle: 'long', timeStyle: 'short' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...form, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...form, timeZone: 'UTC' }); // a row of the host may have any zone
  }
}
