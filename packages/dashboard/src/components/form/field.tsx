// A field of a form: its name, what is typed, what to know about it, and what is wrong with it.
import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly label: string;
  readonly error?: string | undefined;
  /** Says below the input what belongs there. */
  readonly note?: string | undefined;
  readonly whole?: boolean;
  readonly children: ComponentChildren;
}

/** The error stands beside the label, not in it: the name of a field does not change when it is wrong. */
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
