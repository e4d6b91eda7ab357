// Filters of a list; they live in the address, so that a view can be sent to somebody.
import { useEffect, useRef } from 'preact/hooks';
import { query, setFilters } from '../../state/router.js';

interface Named {
  readonly name: string;
  readonly label: string;
}

const TYPING_MS = 300;

/** A text that is looked for a moment after the last key. */
export const TextFilter = ({ name, label, placeholder }: Named & { readonly placeholder?: string }) => {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (value: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFilters({ [name]: value.trim() }), TYPING_MS);
  };
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="search"
        value={query.value[name] ?? ''}
        placeholder={placeholder ?? ''}
        spellcheck={false}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
};

interface ChoiceFilterProps extends Named {
  readonly values: readonly (string | readonly [string, string])[];
  /** The word for no choice. */
  readonly none?: string;
}

export const ChoiceFilter = ({ name, label, values, none = 'All' }: ChoiceFilterProps) => (
  <label class="filter">
    <span>{label}</span>
    <select value={query.value[name] ?? ''} onChange={(event) => setFilters({ [name]: event.currentTarget.value })}>
      <option value="">{none}</option>
      {values.map((value) => {
        const [key, text] = typeof value === 'string' ? [value, value.replaceAll('_', ' ')] : value;
        return (
          <option key={key} value={key}>
            {text}
          </option>
        );
      })}
    </select>
  </label>
);

/** Takes all filters named here away, when there are any. */
export const ClearFilters = ({ names }: { readonly names: readonly string[] }) =>
  names.some((name) => query.value[name]) ? (
    <button
      type="button"
      class="quiet"
      onClick={() => setFilters(Object.fromEntries(names.map((name) => [name, undefined])))}
    >
      Clear filters
    </button>
  ) : null;
