// The props that all inputs for values have in common.
import type { Shape } from './shape.js';

export interface InputProps<S extends Shape = Shape> {
  readonly shape: S;
  readonly value: unknown;
  /** undefined removes the value. */
  readonly onChange: (value: unknown) => void;
  readonly required: boolean;
  /** Path of the value as the server reports it: `payload.lines.0.sku`. */
  readonly path: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly errorAt: (path: string) => string | undefined;
}

export type Kind<K extends Shape['kind']> = Shape & { readonly kind: K };
