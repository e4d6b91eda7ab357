// Filters of a list. They are part of the URL, so that a view can be shared.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { query, setFilters } from '../../state/router.js';

interface Named {
  readonly name: string;
  readonly label: string;
}

const TYPING_MS = 300;

interface TextFilterProps extends Named {
  readonly placeholder?: string;
  /** The primary filter: wide, and visible even on narrow screens. */
  readonly main?: boolean;
}

/** A text filter that is applied shortly after the last keystroke. */
export const TextFilter = ({ name, label, placeholder, main = false }: TextFilterProps) => {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (value: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFilters({ [name]: value.trim() }), TYPING_MS);
  };
  return (
    <label class={`filter ${main ? 'main' : ''}`}>
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
  /** The label for no selection. */
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

interface FiltersProps {
  /** The filters that the clear button removes. */
  readonly names: readonly string[];
  readonly children: ComponentChildren;
}

/** The filters of a list. On narrow screens they are behind a button that shows how many are set. */
export const Filters = ({ names, children }: FiltersProps) => {
  const [open, setOpen] = useState(false);
  const set = names.filter((name) => query.value[name]).length;
  return (
    <div class={`filters ${open ? 'open' : ''}`}>
      <button type="button" class="filters-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {set === 0 ? 'Filters' : `Filters (${set})`}
      </button>
      {children}
      <ClearFilters names={names} />
    </div>
  );
};

/** Removes all filters named here, if any are set. */
const ClearFilters = ({ names }: { readonly names: readonly string[] }) =>
  names.some((name) => query.value[name]) ? (
    <button
      type="button"
      class="quiet"
      onClick={() => setFilters(Object.fromEntries(names.map((name) => [name, undefined])))}
    >
      Clear filters
    </button>
  ) : null;
