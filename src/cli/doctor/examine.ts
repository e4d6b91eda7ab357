// Runs the checks one after the other. A probe that throws or hangs is a finding in itself; the others continue.
import { toError } from '../../base/errors.js';
import { within } from '../../base/timing/within.js';
import type { AnyCheck, Finding, Patient } from './check.js';

export interface Result extends Finding {
  readonly name: string;
  /** What `--fix` did about it. */
  readonly fixed?: string;
}

const PROBE_LIMIT_MS = 30_000;

export async function examine(check: AnyCheck, patient: Patient, fix: boolean): Promise<Result> {
  const { name } = check;
  try {
    const facts = await within(PROBE_LIMIT_MS, check.probe(patient), name);
    if (facts === null) return { name, status: 'none', message: 'not configured' };
    const finding = check.decide(facts);
    if (!fix || check.fix === undefined || finding.status === 'ok' || finding.status === 'none')
      return { name, ...finding };
    const fixed = await check.fix(patient, facts);
    if (fixed === null) return { name, ...finding };
    return { ...(await examine(check, patient, false)), fixed };
  } catch (error) {
    return { name, status: 'fail', message: `could not be checked: ${toError(error).message}` };
  }
}
