// The reference of environment variables: what each may be and its default, by the code, and what it does, by .env.example.
import { readFileSync } from 'node:fs';
import { configVariables, mayBe, variableNames } from '../../src/base/config/config-variables.js';
import { markdownTable } from './reference-page.js';

/** The comment above each variable. */
function comments(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let comment: string[] = [];
  for (const line of readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n')) {
    const variable = /^#?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1];
    if (variable !== undefined) found.set(variable, comment.join(' '));
    if (/^# (?!---)/.test(line)) comment.push(line.slice(2).trim());
    else comment = [];
  }
  return found;
}

const shown = (value: unknown): string =>
  value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;

export function variableReference(): string {
  const defaults: Readonly<Record<string, unknown>> = configVariables.parse({});
  const said = comments();
  const rows = variableNames.map((name) => [`\`${name}\``, mayBe(name), shown(defaults[name]), said.get(name) ?? '']);
  return markdownTable(['Variable', 'Allowed', 'Default', 'Meaning'], rows).join('\n');
}
