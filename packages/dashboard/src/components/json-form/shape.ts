// Maps a JSON Schema to form inputs. Values that no input fits are edited as JSON. Pure.

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Shape =
  | { readonly kind: 'text'; readonly format: string | undefined; readonly needed: boolean; readonly most?: number }
  | { readonly kind: 'number'; readonly whole: boolean; readonly least?: number; readonly most?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly values: readonly unknown[] }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'object'; readonly fields: readonly FieldShape[] }
  | { readonly kind: 'json' };

export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly description: string | undefined;
  readonly initial: unknown;
}

/** Deeper values are edited as JSON: deeply nested forms are hard to use, and a schema may be recursive. */
const MOST_DEPTH = 3;
const JSON_SHAPE: Shape = { kind: 'json' };

const DEFINITION = /^#\/\$defs\/(.+)$/;

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const [, name] = DEFINITION.exec(schema.$ref ?? '') ?? [];
  if (name === undefined) return schema;
  const { $ref: _, ...own } = schema;
  return { ...root.$defs?.[name], ...own };
}

const isNull = ({ type, const: only }: JsonSchema): boolean => type === 'null' || only === null;

/** The schema without `null`, and whether it allowed `null`. */
function withoutNull(schema: JsonSchema, root: JsonSchema): readonly [JsonSchema, boolean] {
  const { type, anyOf } = schema;
  if (Array.isArray(type) && type.includes('null')) {
    const others = type.filter((name) => name !== 'null');
    return [{ ...schema, type: others.length === 1 ? (others[0] as string) : others }, true];
  }
  const others = anyOf?.filter((one) => !isNull(one)) ?? [];
  if (anyOf === undefined || others.length === anyOf.length) return [schema, false];
  const { anyOf: _, ...own } = schema;
  return others.length === 1 && others[0] ? [{ ...resolve(others[0], root), ...own }, true] : [schema, true];
}

/** The allowed values, if the schema enumerates them. */
function valuesOf({ enum: values, const: only, anyOf, oneOf }: JsonSchema): readonly unknown[] | undefined {
  if (values) return values;
  if (only !== undefined) return [only];
  const branches = anyOf ?? oneOf ?? [];
  const each = branches.map(valuesOf);
  return branches.length > 0 && each.every((one) => one !== undefined) ? each.flat() : undefined;
}

/** Bounds that only reflect the limits of JavaScript numbers are ignored. */
const bound = (value: number | undefined): number | undefined =>
  value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;

const textShape = ({ format, pattern, minLength = 0, maxLength: most }: JsonSchema): Shape => ({
  kind: 'text',
  format,
  needed: minLength > 0 || format !== undefined || pattern !== undefined,
  ...(most === undefined ? {} : { most }),
});

function numberShape({ type, minimum, maximum }: JsonSchema): Shape {
  const [least, most] = [bound(minimum), bound(maximum)];
  return {
    kind: 'number',
    whole: type === 'integer',
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
  };
}

function shapeAt(given: JsonSchema, root: JsonSchema, depth: number): Shape {
  const schema = resolve(given, root);
  const values = valuesOf(schema);
  if (values) return { kind: 'choice', values };
  switch (schema.type) {
    case 'string':
      return textShape(schema);
    case 'number':
    case 'integer':
      return numberShape(schema);
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return schema.items && depth < MOST_DEPTH
        ? { kind: 'list', item: shapeAt(schema.items, root, depth + 1) }
        : JSON_SHAPE;
    case 'object':
      return schema.properties && depth < MOST_DEPTH ? objectShape(schema, root, depth) : JSON_SHAPE;
    default:
      return JSON_SHAPE;
  }
}

const objectShape = (schema: JsonSchema, root: JsonSchema, depth: number): Shape => ({
  kind: 'object',
  fields: Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const [own, nullable] = withoutNull(resolve(property, root), root);
    return {
      name,
      shape: shapeAt(own, root, depth + 1),
      required: schema.required?.includes(name) ?? false,
      nullable,
      description: own.description,
      initial: own.default,
    };
  }),
});

export const shapeOf = (schema: JsonSchema): Shape => shapeAt(schema, schema, 0);

/** The initial value of a form: required values are empty; undefined: the user has to enter it. */
export function startOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'choice':
      return shape.values[0];
    case 'list':
      return [];
    case 'object':
      return Object.fromEntries(
        shape.fields.flatMap(({ name, shape: own, required, nullable, initial }) => {
          const start = initial ?? (nullable ? null : startOf(own));
          return required && start !== undefined ? [[name, start]] : [];
        }),
      );
    case 'number':
    case 'json':
      return undefined;
  }
}
