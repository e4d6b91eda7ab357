// A choice between a few options that are all visible.

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string, string?])[];
  readonly onChange: (value: T) => void;
}

export const Segmented = <T extends string>({ label, value, options, onChange }: SegmentedProps<T>) => (
  <div class="segmented" role="group" aria-label={label}>
    {options.map(([key, text, title]) => (
      <button key={key} type="button" title={title} aria-pressed={key === value} onClick={() => onChange(key)}>
        {text}
      </button>
    ))}
  </div>
);
