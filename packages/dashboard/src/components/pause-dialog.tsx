// Asks for the duration of a pause.
import { Dialog } from './feedback/dialog.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const SPANS: readonly (readonly [string, number])[] = [
  ['1 hour', HOUR_MS],
  ['1 day', DAY_MS],
  ['7 days', 7 * DAY_MS],
  ['30 days', 30 * DAY_MS],
];

interface PauseDialogProps {
  /** Explains the effect of the pause. */
  readonly text: string;
  /** Null: until it is resumed. */
  readonly onPause: (ms: number | null) => Promise<void>;
  readonly onClose: () => void;
  /** Whether an indefinite pause is possible. */
  readonly endless?: boolean;
}

export const PauseDialog = ({ text, onPause, onClose, endless = false }: PauseDialogProps) => (
  <Dialog title="Pause for how long?" onClose={onClose}>
    <p class="muted">{text}</p>
    <footer>
      {[...SPANS, ...(endless ? [['Until resumed', null] as const] : [])].map(([name, ms]) => (
        <button key={name} type="button" onClick={() => void onPause(ms)}>
          {name}
        </button>
      ))}
    </footer>
  </Dialog>
);
