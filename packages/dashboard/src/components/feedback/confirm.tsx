// Asks for confirmation before an action that cannot be undone, performs it, and reports the result with a link.
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
  /** The label of the button, starting with a verb: "Cancel the job". */
  readonly action: string;
  readonly danger?: boolean;
  /** Performs the action. The returned message is shown; null: nothing is shown. */
  readonly perform: () => Promise<Outcome | null>;
}

const question = signal<Question | null>(null);

export const ask = (asked: Question): void => {
  question.value = asked;
};

/** Performs an action without confirmation, and reports its result or error. */
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
