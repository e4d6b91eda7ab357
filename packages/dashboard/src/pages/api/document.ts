// The OpenAPI document as this page reads it. Pure.

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly description?: string;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

interface RawOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

export interface Operation extends RawOperation {
  readonly method: string;
  /** Below the mount path. */
  readonly path: string;
  readonly tag: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation below the mount path, in the order of the document. */
export const operationsOf = ({ paths }: Document, base: string): readonly Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation === undefined
        ? []
        : [
            {
              ...operation,
              method,
              path: path.startsWith(base) ? path.slice(base.length) : path,
              tag: operation.tags?.[0] ?? 'Other',
            },
          ];
    }),
  );

const DEEPEST = 6;

/** Resolves references. */
export function resolve(schema: JsonSchema | undefined, { components }: Document): JsonSchema {
  const name = schema?.$ref?.split('/').at(-1);
  return (name === undefined ? schema : components?.schemas?.[name]) ?? {};
}

const single = (type: JsonSchema['type']): string =>
  typeof type === 'string' ? type : (type?.find((one) => one !== 'null') ?? '');

/** An example value for a schema, with required fields only, so that nothing is sent by mistake. */
export function exampleOf(schema: JsonSchema | undefined, document: Document, depth = 0): unknown {
  const {
    default: standard,
    enum: values,
    const: only,
    properties,
    required,
    anyOf,
    oneOf,
    allOf,
    type,
  } = resolve(schema, document);
  if (standard !== undefined) return standard;
  if (only !== undefined) return only;
  if (values) return values[0];
  if (depth > DEEPEST) return null;
  const choice = anyOf?.[0] ?? oneOf?.[0] ?? allOf?.[0];
  if (choice) return exampleOf(choice, document, depth + 1);
  if (properties) {
    const needed = Object.entries(properties).filter(([name]) => required?.includes(name));
    return Object.fromEntries(needed.map(([name, property]) => [name, exampleOf(property, document, depth + 1)]));
  }
  return { string: '', integer: 1, number: 1, boolean: false, array: [], object: {} }[single(type)] ?? null;
}

/** `string`, `integer or null`, `pending | dead`, `list of Job`. */
export function typeInWords(schema: JsonSchema | undefined, document: Document): string {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum) return schema.enum.map(String).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((one) => typeInWords(one, document)))].join(' or ');
  if (single(schema.type) === 'array') return `list of ${typeInWords(schema.items, document) || 'any'}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : String(schema.type ?? 'any');
  return schema.format ? `${type} (${schema.format})` : type;
}
