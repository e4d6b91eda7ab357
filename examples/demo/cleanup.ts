// What was started is stopped in reverse, once, no matter who asks for it.

export interface Cleanup {
  /** Remembers how to undo something; undone in reverse order. */
  add(name: string, undo: () => Promise<void>): void;
  /** Undoes everything, continues past failures, and returns them. */
  run(): Promise<readonly string[]>;
}

export function createCleanup(say: (name: string) => void): Cleanup {
  const steps: { name: string; undo: () => Promise<void> }[] = [];
  let running: Promise<readonly string[]> | undefined;

  const undoAll = async (): Promise<readonly string[]> => {
    const failures: string[] = [];
    for (let step = steps.pop(); step; step = steps.pop()) {
      say(step.name);
      await step.undo().catch((error: unknown) => void failures.push(`${step?.name}: ${String(error)}`));
    }
    return failures;
  };
  return { add: (name, undo) => void steps.push({ name, undo }), run: () => (running ??= undoAll()) };
}
