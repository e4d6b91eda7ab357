// A form for a value described by a JSON Schema. Errors from the server are shown next to the fields they name.
import { Field } from '../form/field.js';
import type { InputProps, Kind } from './input-props.js';
import { ScalarInput } from './scalar-input.js';
import { startOf, type FieldShape } from './shape.js';
import './json-form.css';

type Members = Readonly<Record<string, unknown>>;

const asMembers = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

function withMember(value: unknown, { name, required, nullable }: FieldShape, member: unknown): Members {
  const { [name]: _, ...others } = asMembers(value);
  if (member === undefined) return required && nullable ? { ...others, [name]: null } : others;
  return { ...others, [name]: member };
}

const noteOf = ({ description, initial }: FieldShape): string | undefined =>
  [description, initial !== undefined && `Default: ${JSON.stringify(initial)}`].filter(Boolean).join('. ') || undefined;

export const ObjectInput = ({
  shape: { fields },
  value,
  onChange,
  path,
  errorAt,
}: Pick<InputProps<Kind<'object'>>, 'shape' | 'value' | 'onChange' | 'path' | 'errorAt'>) => (
  <div class="fields json-fields">
    {fields.map((field) => (
      <ValueInput
        key={field.name}
        shape={field.shape}
        value={asMembers(value)[field.name] ?? undefined}
        onChange={(member) => onChange(withMember(value, field, member))}
        required={field.required && !field.nullable}
        path={`${path}.${field.name}`}
        label={field.required ? field.name : `${field.name} (optional)`}
        description={noteOf(field)}
        errorAt={errorAt}
      />
    ))}
  </div>
);

/** A list whose items can be edited, added and removed. */
const ListInput = ({ shape: { item }, value, onChange, path, label, errorAt }: InputProps<Kind<'list'>>) => {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return (
    <div class="json-list">
      {items.map((one, n) => (
        <div key={n} class="json-item">
          <ValueInput
            shape={item}
            value={one ?? undefined}
            onChange={(next) => onChange(items.map((other, at) => (at === n ? (next ?? null) : other)))}
            required
            path={`${path}.${n}`}
            label={`${label}, ${n + 1}`}
            errorAt={errorAt}
          />
          <button
            type="button"
            class="quiet small"
            aria-label={`Remove ${label}, ${n + 1}`}
            onClick={() => onChange(items.filter((_, at) => at !== n))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" class="small" onClick={() => onChange([...items, startOf(item) ?? null])}>
        Add
      </button>
    </div>
  );
};

const Group = (props: InputProps<Kind<'object' | 'list'>>) => {
  const { shape, path, label, description, errorAt } = props;
  const error = errorAt(path);
  return (
    <fieldset class="json-group whole">
      <legend>{label}</legend>
      {description && <small class="muted">{description}</small>}
      {error && (
        <span class="field-error" role="alert">
          {error}
        </span>
      )}
      {shape.kind === 'object' ? <ObjectInput {...props} shape={shape} /> : <ListInput {...props} shape={shape} />}
    </fieldset>
  );
};

/** The input that matches the schema, with its label and error. */
function ValueInput(props: InputProps) {
  const { shape, path, label, description, errorAt } = props;
  if (shape.kind === 'object' || shape.kind === 'list') return <Group {...props} shape={shape} />;
  return (
    <Field label={label} note={description} error={errorAt(path)} whole={shape.kind === 'json'}>
      <ScalarInput {...props} shape={shape} />
    </Field>
  );
}
