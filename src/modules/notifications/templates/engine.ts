// Eta with `{{ … }}` for escaped values, `{{~ … }}` for unescaped ones, and `{{% … }}` for code.
import { textOf } from '../../../base/thrown.js';
import { Eta, type EtaConfig } from 'eta';

const SETTINGS: Partial<EtaConfig> = {
  tags: ['{{', '}}'],
  parse: { exec: '%', interpolate: '', raw: '~' },
  autoTrim: [false, 'nl'],
  cache: false,
  // a variable that is not given inserts nothing, rather than the word "undefined"
  autoFilter: true,
  filterFunction: (value) => (value === null || value === undefined ? '' : textOf(value)),
};

export interface TemplateEngines {
  /** For HTML. */
  readonly html: Eta;
  /** For subjects and plain text: nothing is escaped. */
  readonly text: Eta;
}

/** Templates are compiled from text: there is no directory to read from. */
export const createEngines = (): TemplateEngines => ({
  html: new Eta({ ...SETTINGS, autoEscape: true }),
  text: new Eta({ ...SETTINGS, autoEscape: false }),
});
