// The fields of a module's form.
import { Field } from '../../../components/form/field.js';
import type { ModuleField } from '../../../state/module-pages.js';
import type { Entered } from './draft.js';

interface FieldProps {
  readonly field: ModuleField;
  readonly entered: Entered;
  readonly error: string | undefined;
  readonly onChange: (entered: Entered) => void;
}

const Choices = ({ field: { title, values = [] }, entered, error, onChange }: FieldProps) => {
  const chosen = Array.isArray(entered) ? (entered as readonly string[]) : [];
  const toggle = (value: string): void => onChange(values.filter((one) => (one === value) !== chosen.includes(one)));
  return (
    <fieldset class="field choices">
      <legend>{title}</legend>
      {values.map((value) => (
        <label key={value} class="check">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          <span>{value}</span>
        </label>
      ))}
      {error && (
        <span class="field-error" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
};

const Input = ({ field: { kind, required = false, values = [] }, entered, error, onChange }: FieldProps) => {
  const typed = {
    value: String(entered),
    required,
    spellcheck: false,
    'aria-invalid': error !== undefined,
  };
  const typing = (event: { currentTarget: { value: string } }): void => onChange(event.currentTarget.value);
  switch (kind) {
    case 'choice':
      return (
        <select {...typed} onChange={typing}>
          {!required && <option value="">–</option>}
          {values.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      );
    case 'json':
      return <textarea rows={8} {...typed} onInput={typing} />;
    case 'number':
      return <input type="number" step="any" {...typed} onInput={typing} />;
    default:
      return <input type="text" {...typed} onInput={typing} />;
  }
};

const labelOf = ({ title, required = false }: ModuleField): string => (required ? title : `${title} (optional)`);

export const FormField = (props: FieldProps) => {
  const { field, entered, error, onChange } = props;
  if (field.kind === 'choices') return <Choices {...props} />;
  if (field.kind === 'boolean') {
    return (
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            checked={entered === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
          <span>{field.title}</span>
        </label>
        {field.hint && <small class="muted">{field.hint}</small>}
      </div>
    );
  }
  return (
    <Field label={labelOf(field)} error={error} note={field.hint} whole>
      <Input {...props} />
    </Field>
  );
};
