// Asks before something that cannot be taken back, does it, and says what came of it with a link.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asProblem, type ApiProblem } from '../../api/problem.js';
import { say } from '../../state/toasts.js';
import { Dialog } from './dialog.js';
import { ProblemNote } from './problem.js';

export interface Outcome {
  readonly text: string;
  readonly href?: string | undefined;
  readonly linkText?: string | undefined;
}

export interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** The word on the button, a verb: "Cancel the job". */
  readonly action: string;
  readonly danger?: boolean;
  /** Does it. What it returns is told; null: nothing is left to tell. */
  readonly perform: () => Promise<Outcome | null>;
}

const question = signal<Question | null>(null);

export const ask = (asked: Question): void => {
  question.value = asked;
};

/** Does something that needs no question; tells what came of it, and what went wrong. */
export async function act(perform: () => Promise<Outcome | null>): Promise<void> {
  try {
    const outcome = await perform();
    if (outcome) say(outcome.text, outcome);
  } catch (error) {
    say(asProblem(error).message, { kind: 'failed' });
  }
}

const Asked = ({ asked }: { readonly asked: Question }) => {
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const close = (): void => void (question.value = null);
  const perform = async (): Promise<void> => {
    setBusy(true);
    try {
      const outcome = await asked.perform();
      close();
      if (outcome) say(outcome.text, outcome);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={asked.title} onClose={close}>
      <div class="prose">{asked.text}</div>
      {problem && <ProblemNote problem={problem} />}
      <footer>
        <button type="button" class="quiet" onClick={close}>
          Go back
        </button>
        <button
          type="button"
          class={asked.danger ? 'danger' : 'primary'}
          disabled={busy}
          onClick={() => void perform()}
        >
          {busy ? 'Working…' : asked.action}
        </button>
      </footer>
    </Dialog>
  );
};

export const Confirm = () => (question.value === null ? null : <Asked asked={question.value} />);
