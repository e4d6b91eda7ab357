// Why a drain ends: which reason wins, and the error of a receiver that is misconfigured. Pure.
import { SchedulerError } from '../../base/errors.js';
import type { Outcome } from '../contracts/outcome.js';
import type { DrainEnd } from './drain-options.js';

/** A later end replaces an earlier one of lower rank; from `receiver_down` on, claims that were not started are released. */
export const END_RANK: Readonly<Record<DrainEnd, number>> = {
  exhausted: 0,
  limit: 0,
  receiver_down: 1,
  closing: 2,
  aborted: 3,
  failed: 4,
};

export function misconfigured(source: string, { error }: Outcome): SchedulerError {
  const said = error === undefined ? '' : ` (${error.code}: ${error.message})`;
  const message = `${source}: the receiver is misconfigured${said}; nothing more was sent, no attempt was used up`;
  return new SchedulerError('RECEIVER_MISCONFIGURED', message, { code: error?.code });
}
