// What an input of a value is told, whatever the value is.
import type { Shape } from './shape.js';

export interface InputProps<S extends Shape = Shape> {
  readonly shape: S;
  readonly value: unknown;
  /** undefined takes the value away. */
  readonly onChange: (value: unknown) => void;
  readonly required: boolean;
  /** Of the value, as the server names it: `payload.lines.0.sku`. */
  readonly path: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly errorAt: (path: string) => string | undefined;
}

export type Kind<K extends Shape['kind']> = Shape & { readonly kind: K };
