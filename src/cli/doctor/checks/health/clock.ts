// The clock of this machine against that of the database.
import { readClock } from '../../../../db/doctor/server-facts.js';
import { duration } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface ClockFacts {
  /** This machine's clock minus the database's. */
  readonly aheadMs: number;
  /** Precision of the measurement. */
  readonly withinMs: number;
}

const WARN_MS = 2_000;
/** Signatures and tokens are accepted within a few minutes. */
const FAIL_MS = 60_000;

function decideClock({ aheadMs, withinMs }: ClockFacts): Finding {
  const surely = Math.max(0, Math.abs(aheadMs) - withinMs);
  if (surely < WARN_MS) return ok('agrees with the clock of the database');
  return {
    status: surely < FAIL_MS ? 'warn' : 'fail',
    message: `the clock of this machine is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the database`,
    todo: 'synchronise both with NTP (timedatectl set-ntp true). What is due is decided by the database; tokens and signatures expire by this clock',
  };
}

async function probe({ db, clock }: Patient): Promise<ClockFacts> {
  const samples: ClockFacts[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = clock.now().getTime();
    const there = await readClock(db);
    const after = clock.now().getTime();
    samples.push({ aheadMs: (before + after) / 2 - there, withinMs: (after - before) / 2 + 1 });
  }
  return samples.reduce((best, one) => (one.withinMs < best.withinMs ? one : best));
}

export const clock = defineCheck<ClockFacts>({ name: 'clock', needsDatabase: true, probe, decide: decideClock });
