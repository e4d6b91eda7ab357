// The worst state of the circuit breakers of all transports. Pure.
import type { BreakerState } from '../../../scheduler/public.js';

const WORST: readonly BreakerState[] = ['closed', 'half_open', 'open'];

export const worstBreaker = (transports: readonly { readonly state: BreakerState }[]): BreakerState =>
  WORST[Math.max(0, ...transports.map(({ state }) => WORST.indexOf(state)))] ?? 'closed';
