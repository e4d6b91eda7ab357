// The structure of a flow, before anything is stored: which step waits for which, checked for cycles. Pure.
import { SchedulerError } from '../../../base/errors.js';

/** One step: its name in this flow, and the names of the steps that it waits for. */
export interface PlannedStep {
  readonly name: string;
  readonly after?: readonly string[];
  /** The step that this one is a child of: the parent waits for it and can read its result. */
  readonly childOf?: string;
}

export interface StepPlan {
  readonly name: string;
  /** Names of the steps that it waits for, including its children; without duplicates. */
  readonly waitsFor: readonly string[];
  readonly hasDependents: boolean;
}

/** Throws INVALID_INPUT for a name that is missing or used twice, DEPENDENCY_CYCLE with the names in the cycle. */
export function planFlow(steps: readonly PlannedStep[]): ReadonlyMap<string, StepPlan> {
  const waits = new Map<string, Set<string>>();
  for (const { name } of steps) {
    if (waits.has(name)) throw new SchedulerError('INVALID_INPUT', `two steps of the flow are named "${name}"`);
    waits.set(name, new Set());
  }
  const add = (waiter: string, awaited: string): void => {
    for (const name of [waiter, awaited]) {
      if (!waits.has(name)) throw new SchedulerError('INVALID_INPUT', `the flow has no step named "${name}"`);
    }
    waits.get(waiter)?.add(awaited);
  };
  for (const { name, after = [], childOf } of steps) {
    for (const awaited of after) add(name, awaited);
    if (childOf !== undefined) add(childOf, name);
  }
  refuseCircles(waits);
  const awaited = new Set([...waits.values()].flatMap((names) => [...names]));
  return new Map(
    [...waits].map(([name, names]) => [name, { name, waitsFor: [...names], hasDependents: awaited.has(name) }]),
  );
}

/** Repeatedly removes steps that wait for nothing; those that remain are in a cycle or behind one. */
function refuseCircles(waits: ReadonlyMap<string, ReadonlySet<string>>): void {
  const left = new Map([...waits].map(([name, names]) => [name, new Set(names)]));
  const dependents = new Map<string, string[]>();
  for (const [name, names] of waits)
    for (const awaited of names) dependents.set(awaited, [...(dependents.get(awaited) ?? []), name]);
  const free = [...left].filter(([, names]) => names.size === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    left.delete(name);
    for (const waiter of dependents.get(name) ?? []) {
      const names = left.get(waiter);
      names?.delete(name);
      if (names?.size === 0) free.push(waiter);
    }
  }
  if (left.size > 0) {
    const names = [...left.keys()].sort();
    throw new SchedulerError('DEPENDENCY_CYCLE', `these steps wait for each other: ${names.slice(0, 10).join(', ')}`, {
      names,
    });
  }
}
