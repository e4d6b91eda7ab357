// One health warning: a sentence, how bad it is, and the page of the dashboard where it can be dealt with.

/** `note`: worth a look, but no reason to call the installation degraded. */
export type Severity = 'bad' | 'warn' | 'note';

export interface Warning {
  readonly severity: Severity;
  /** Begins in lower case and has no full stop, for lists and logs. */
  readonly text: string;
  /** Below `/ui`: `subscriptions?status=failed`. */
  readonly page: string;
}

export type Rule = readonly [holds: boolean, severity: Severity, text: string, page: string];

export const told = (rules: readonly Rule[]): Warning[] =>
  rules.filter(([holds]) => holds).map(([, severity, text, page]) => ({ severity, text, page }));

const ORDER: readonly Severity[] = ['bad', 'warn', 'note'];

export const worstFirst = (warnings: readonly Warning[]): Warning[] =>
  [...warnings].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
