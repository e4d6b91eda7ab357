// How far something is, in a bar and in words.
import { number } from '../time/format.js';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  /** null: nobody knows. */
  readonly total: number | null;
  readonly note?: string | null | undefined;
}

export const Progress = ({ label, done, total, note }: ProgressProps) => (
  <div class="progress">
    <progress aria-label={label} {...(total === null ? {} : { value: done, max: Math.max(1, total) })} />
    <span class="small">
      {total === null ? `${number(done)} done` : `${number(done)} of ${number(total)}`}{' '}
      {note && <span class="muted">{note}</span>}
    </span>
  </div>
);
