// Sentences that say why something stands as it does, each with its tone and what helps.
import type { ComponentChildren } from 'preact';
import './reasons.css';

export interface Reason {
  readonly tone: 'good' | 'warn' | 'bad' | 'off' | 'waiting';
  readonly text: string;
  /** What helps. */
  readonly hint?: string | null;
}

interface ReasonsProps<T extends Reason> {
  readonly reasons: readonly T[];
  /** Follows the sentence: a link to what it is about. */
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
