// The input for one value: text, number, yes or no, a choice, or JSON.
import { useState } from 'preact/hooks';
import type { InputProps, Kind } from './input-props.js';
import type { Shape } from './shape.js';

/** Native input types are used where their values match the schema. */
const INPUT_TYPES: Readonly<Record<string, string>> = { email: 'email', uri: 'url', date: 'date' };

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : value === undefined
      ? ''
      : JSON.stringify(value);

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'date-time': '2026-11-29T09:00:00Z',
  uuid: '00000000-0000-0000-0000-000000000000',
};

const TextInput = ({ shape: { format = '', needed, most }, value, onChange, required }: InputProps<Kind<'text'>>) => (
  <input
    type={INPUT_TYPES[format] ?? 'text'}
    spellcheck={false}
    required={required && needed}
    maxLength={most}
    placeholder={PLACEHOLDERS[format] ?? ''}
    value={asText(value)}
    onInput={({ currentTarget: { value: text } }) => onChange(text === '' && !(required && !needed) ? undefined : text)}
  />
);

const NumberInput = ({ shape: { whole, least, most }, value, onChange, required }: InputProps<Kind<'number'>>) => (
  <input
    type="number"
    step={whole ? 1 : 'any'}
    min={least}
    max={most}
    required={required}
    value={asText(value)}
    onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? undefined : Number(text))}
  />
);

const ChoiceInput = ({ shape: { values }, value, onChange, required }: InputProps<Kind<'choice'>>) => (
  <select
    required={required}
    value={values.findIndex((one) => one === value)}
    onChange={({ currentTarget: { value: at } }) => onChange(values[Number(at)])}
  >
    {(!required || value === undefined) && <option value={-1}>not set</option>}
    {values.map((one, n) => (
      <option key={n} value={n}>
        {asText(one)}
      </option>
    ))}
  </select>
);

/** Keeps text that is not yet valid JSON, and prevents submission until it is. */
const JsonInput = ({ value, onChange, required }: InputProps<Kind<'json'>>) => {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const change = (input: HTMLTextAreaElement): void => {
    setText(input.value);
    try {
      onChange(input.value.trim() === '' ? undefined : JSON.parse(input.value));
      input.setCustomValidity('');
    } catch (error) {
      input.setCustomValidity((error as Error).message);
    }
  };
  return (
    <textarea
      rows={4}
      spellcheck={false}
      required={required}
      value={text}
      placeholder="JSON"
      onInput={({ currentTarget }) => change(currentTarget)}
    />
  );
};

export const ScalarInput = (props: InputProps<Exclude<Shape, Kind<'object' | 'list'>>>) => {
  const { shape } = props;
  switch (shape.kind) {
    case 'text':
      return <TextInput {...props} shape={shape} />;
    case 'number':
      return <NumberInput {...props} shape={shape} />;
    case 'boolean':
      return <ChoiceInput {...props} shape={{ kind: 'choice', values: [true, false] }} />;
    case 'choice':
      return <ChoiceInput {...props} shape={shape} />;
    case 'json':
      return <JsonInput {...props} shape={shape} />;
  }
};
