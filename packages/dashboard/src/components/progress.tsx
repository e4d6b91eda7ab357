// A progress bar with a text.
import { number } from '../time/format.js';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  /** null: unknown. */
  readonly total: number | null;
  readonly note?: string | null | undefined;
  /** Shown instead of the two numbers. */
  readonly words?: string;
}

export const Progress = ({ label, done, total, note, words }: ProgressProps) => (
  <div class="progress">
    <progress aria-label={label} {...(total === null ? {} : { value: done, max: Math.max(1, total) })} />
    <span class="small">
      {words ?? (total === null ? `${number(done)} done` : `${number(done)} of ${number(total)}`)}{' '}
      {note && <span class="muted">{note}</span>}
    </span>
  </div>
);
