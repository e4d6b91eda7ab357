// A list of sentences that explain a state, each with a tone and an optional hint.
import type { ComponentChildren } from 'preact';
import './reasons.css';

export interface Reason {
  readonly tone: 'good' | 'warn' | 'bad' | 'off' | 'waiting';
  readonly text: string;
  /** A suggested remedy. */
  readonly hint?: string | null;
}

interface ReasonsProps<T extends Reason> {
  readonly reasons: readonly T[];
  /** Rendered after the sentence, such as a link to the item. */
  readonly after?: (reason: T) => ComponentChildren;
}

export const Reasons = <T extends Reason>({ reasons, after }: ReasonsProps<T>) => (
  <ul class="reasons">
    {reasons.map((reason, n) => (
      <li key={`${n} ${reason.text}`} class={`tone-${reason.tone}`}>
        <span class="break">
          {reason.text} {after?.(reason)}
        </span>
        {reason.hint && <span class="muted small">{reason.hint}</span>}
      </li>
    ))}
  </ul>
);
