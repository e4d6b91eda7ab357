// A form field: label, input, note and error.
import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly label: string;
  readonly error?: string | undefined;
  /** A hint below the input. */
  readonly note?: string | undefined;
  readonly whole?: boolean;
  readonly children: ComponentChildren;
}

/** The error is outside the label, so that the accessible name of the field does not change. */
export const Field = ({ label, error, note, whole = false, children }: FieldProps) => (
  <div class={`field ${whole ? 'whole' : ''} ${error ? 'wrong' : ''}`}>
    <label>
      <span>{label}</span>
      {children}
    </label>
    {note && <small class="muted">{note}</small>}
    {error && (
      <span class="field-error" role="alert">
        {error}
      </span>
    )}
  </div>
);
