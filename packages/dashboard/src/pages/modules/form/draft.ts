// The draft of a module's form, and the request body built from it. Pure.
import { textOf, valueAt, type Item } from '../items.js';

interface FormField {
  readonly field: string;
  readonly kind: string;
  readonly required?: boolean | undefined;
  readonly value?: string | number | boolean | undefined;
}

interface Form {
  readonly method: string;
  readonly fields?: readonly FormField[] | undefined;
}

export type Entered = string | boolean | readonly string[];
export type Draft = Readonly<Record<string, Entered>>;

function beginning({ field, kind, value }: FormField, before: Item | null): Entered {
  const given = before === null ? value : (valueAt(before, field) ?? value);
  if (kind === 'boolean') return given === true;
  if (kind === 'choices') return Array.isArray(given) ? given.map(String) : [];
  return kind === 'json' && typeof given === 'object' ? JSON.stringify(given, null, 2) : textOf(given);
}

/** The form of a change starts with the values of the item. */
export const isChange = ({ method }: Form): boolean => method === 'patch' || method === 'put';

export const draftOf = (form: Form, item: Item): Draft =>
  Object.fromEntries(
    (form.fields ?? []).map((field) => [field.field, beginning(field, isChange(form) ? item : null)] as const),
  );

function sent({ kind }: FormField, entered: Entered): unknown {
  if (typeof entered !== 'string') return entered;
  if (entered.trim() === '') return null;
  if (kind === 'number') return Number(entered);
  return kind === 'json' ? (JSON.parse(entered) as unknown) : entered.trim();
}

const isSame = (one: Entered | undefined, other: Entered | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** For a change: the changed values, null for emptied ones. Otherwise: the entered values. */
export function bodyOfDraft(form: Form, draft: Draft, before: Draft): Item {
  const fields = (form.fields ?? []).filter(({ field }) => !isChange(form) || !isSame(draft[field], before[field]));
  const values = fields.map((field) => [field.field, sent(field, draft[field.field] ?? '')] as const);
  return Object.fromEntries(values.filter(([, value]) => isChange(form) || !isNothing(value)));
}

/** Checks that the browser cannot perform. */
export function faultOf({ kind, required = false }: FormField, entered: Entered): string | undefined {
  if (kind === 'choices' && required && Array.isArray(entered) && entered.length === 0) return 'choose at least one';
  if (kind !== 'json' || typeof entered !== 'string' || entered.trim() === '') return undefined;
  try {
    JSON.parse(entered);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
