// The time budget of a run: near its end nothing new is started, and before that the run is reported as slow.
import { startTimer } from '../../base/timing/long-timer.js';

export interface Budget {
  readonly deadline: Date;
  /** Aborts near the end of the budget. */
  readonly closing: AbortSignal;
  cancel(): void;
}

/** How long before the end nothing new is started: a tenth of the budget, at most 30 s. */
export const closingAfterMs = (budgetS: number): number => 1_000 * (budgetS - Math.min(budgetS / 10, 30));

export interface BudgetOptions {
  readonly budgetS: number;
  readonly alertS: number;
  readonly startedAt: Date;
  readonly onSlow: () => void;
}

export function startBudget({ budgetS, alertS, startedAt, onSlow }: BudgetOptions): Budget {
  const near = new AbortController();
  const timers = [
    startTimer(() => near.abort(new Error(`the budget of ${budgetS} s is nearly spent`)), closingAfterMs(budgetS)),
    startTimer(onSlow, alertS * 1_000),
  ];
  return {
    deadline: new Date(startedAt.getTime() + budgetS * 1_000),
    closing: near.signal,
    cancel: () => timers.forEach((timer) => timer.stop()),
  };
}
