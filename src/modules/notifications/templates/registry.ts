// The templates of one scheduler, compiled once, and the validation of their data.
import type { Eta, TemplateFunction } from 'eta';
import type { z } from 'zod';
import { parsedBy } from '../../../base/issue-text.js';
import { SchedulerError, toError, type FieldError } from '../../../base/errors.js';
import type {
  NotificationTemplate,
  SchemaIssue,
  SchemaResult,
  TemplateData,
  TemplateSchema,
} from '../../../clients/notifier.js';
import { BUILT_IN } from './built-in.js';
import { createEngines, type TemplateEngines } from './engine.js';

export interface CompiledTemplate {
  readonly type: string;
  readonly category: string;
  readonly schema: TemplateSchema | null;
  readonly subject: TemplateFunction;
  readonly preheader: TemplateFunction | null;
  readonly body: TemplateFunction;
  readonly text: TemplateFunction | null;
}

export interface TemplateRegistry {
  readonly engines: TemplateEngines;
  /** Throws INVALID_CONFIG for a type that is taken, an invalid name, and a source that does not compile. */
  register(template: NotificationTemplate): void;
  /** undefined: unknown type. */
  find(type: string): CompiledTemplate | undefined;
  types(): readonly string[];
}

/** Of types and of categories. */
export const TYPE_NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

export function createTemplateRegistry(templates: readonly NotificationTemplate[] = []): TemplateRegistry {
  const engines = createEngines();
  const byType = new Map<string, CompiledTemplate>();
  const register = (template: NotificationTemplate): void => {
    const { type, category = type } = template;
    if (!TYPE_NAME.test(type)) throw wrong(type, `its type must match ${String(TYPE_NAME)}`);
    if (!TYPE_NAME.test(category)) throw wrong(type, `its category must match ${String(TYPE_NAME)}`);
    if (byType.has(type)) throw wrong(type, 'there is one of this type already');
    byType.set(type, compile(engines, template));
  };
  [...BUILT_IN, ...templates].forEach(register);
  return { engines, register, find: (type) => byType.get(type), types: () => [...byType.keys()] };
}

const wrong = (type: string, why: string, cause?: unknown): SchedulerError =>
  new SchedulerError('INVALID_CONFIG', `the notification template "${type.slice(0, 64)}": ${why}`, {}, { cause });

function compile({ html, text }: TemplateEngines, template: NotificationTemplate): CompiledTemplate {
  const { type, category = type, schema = null } = template;
  const source = (engine: Eta, part: string, given: string): TemplateFunction => {
    try {
      return engine.compile(given);
    } catch (thrown) {
      throw wrong(type, `its ${part} does not compile: ${toError(thrown).message.split('\n')[0] ?? ''}`, thrown);
    }
  };
  return {
    ...{ type, category, schema },
    subject: source(text, 'subject', template.subject),
    preheader: template.preheader === undefined ? null : source(text, 'preheader', template.preheader),
    body: source(html, 'body', template.body),
    text: template.text === undefined ? null : source(text, 'text', template.text),
  };
}

export type CheckedData = { readonly data: TemplateData } | { readonly errors: readonly FieldError[] };

/** Validates data as it will be after storing. Without a schema everything is accepted. */
export function checkData({ schema }: CompiledTemplate, data: TemplateData): CheckedData | Promise<CheckedData> {
  if (schema === null) return { data };
  const result = schema['~standard'].validate(data);
  return result instanceof Promise ? result.then(judged) : judged(result, () => issuesInWords(schema, data));
}

const judged = (result: SchemaResult, inWords: () => readonly SchemaIssue[] | null = () => null): CheckedData =>
  result.issues === undefined
    ? { data: result.value as TemplateData }
    : { errors: (inWords() ?? result.issues).map(fieldError) };

/** The messages of a zod schema as those of the routes; null: it is of another kind. */
function issuesInWords(schema: object, data: TemplateData): readonly SchemaIssue[] | null {
  if (!('_zod' in schema)) return null;
  const { error } = parsedBy(schema as z.ZodType, data);
  return error?.issues ?? null;
}

const fieldError = ({ path = [], message }: SchemaIssue): FieldError => ({
  path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
  message,
});
