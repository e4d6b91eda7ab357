// Claims due jobs lane by lane. Each lane is a slice of the ready index, so that the cost depends on the number of jobs taken. The
// statement itself is the function claim_jobs (functions/claim_jobs.sql), because it must read the jobs after it has acquired its lock.
import type { Db } from '../../database.js';
import type { ClaimedJobExtras, ClaimedJobRow } from './rows.js';

/** One slice of the ready index, and the number of jobs to take from it. */
export interface LaneShare {
  readonly priority: number;
  readonly type: string;
  readonly bucket: number;
  /** Where to start reading (microseconds since the epoch); null: from the beginning. */
  readonly floor: number | null;
  readonly take: number;
}

export interface ClaimJobs {
  readonly lanes: readonly LaneShare[];
  readonly instanceId: string;
  readonly token: string;
  readonly now: Date | null;
}

export interface ClaimedJobs {
  /** Lane by lane, the earliest first. */
  readonly jobs: readonly ClaimedJobRow[];
  /** By lane (from 1): the latest `run_at` of its claimed jobs, microseconds since the epoch. */
  readonly floors: Readonly<Record<number, number>>;
  /** If payloads reached 16 MiB: how many jobs were actually requested from each lane. null: as many as planned. */
  readonly cutTo: readonly number[] | null;
}

/** Arrays in the same order, as PostgreSQL writes them; only places need quotes. functions/claim_jobs.sql describes the meaning of null. */
interface ClaimAnswer extends Record<string, unknown> {
  readonly ids: string;
  /** Elements in double quotes. */
  readonly places: string;
  readonly lanes: string | null;
  readonly attempts: string | null;
  readonly run_us: string;
  readonly scheduled_ms: string | null;
  readonly payloads: readonly unknown[];
  readonly extras: readonly (ClaimedJobExtras | null)[] | null;
}

const elements = (array: string): readonly string[] => array.slice(1, -1).split(',');

/** The second row of a claim that was cut has only `lanes`. */
type CutAnswer = Pick<ClaimAnswer, 'lanes'>;

function readAnswer(answer: ClaimAnswer, cut: CutAnswer | undefined): ClaimedJobs {
  const { payloads, extras } = answer;
  const places = answer.places.slice(2, -2).split('","');
  const runUs = elements(answer.run_us);
  const scheduled = answer.scheduled_ms === null ? null : elements(answer.scheduled_ms);
  const lanes = answer.lanes === null ? null : elements(answer.lanes);
  const attempts = answer.attempts === null ? null : elements(answer.attempts);
  const floors: Record<number, number> = {};
  const jobs = elements(answer.ids).map((id, index): ClaimedJobRow => {
    const lane = lanes === null ? 1 : Number(lanes[index]);
    const us = Number(runUs[index]);
    floors[lane] = us;
    return {
      id,
      place: places[index] as string,
      lane,
      attempt: attempts === null ? 1 : Number(attempts[index]),
      due_ms: us / 1_000,
      scheduled_ms: scheduled === null ? Math.floor(us / 1_000) : Number(scheduled[index]),
      payload: payloads[index],
      extras: extras?.[index] ?? null,
    };
  });
  return { jobs, floors, cutTo: cut === undefined ? null : elements(cut.lanes ?? '{}').map(Number) };
}

/**
 * Claims up to `take` due jobs of each lane for a living instance, with one fencing token for the whole claim. Returns no jobs if the
 * instance has been declared dead. Takes one round trip and does not write to the rows of the jobs.
 */
export async function claimJobs(db: Db, claim: ClaimJobs): Promise<ClaimedJobs> {
  const { lanes } = claim;
  const { rows } = await db.query<ClaimAnswer>('SELECT * FROM {schema}.claim_jobs($1, $2, $3, $4, $5, $6, $7, $8)', [
    lanes.map((lane) => lane.priority),
    lanes.map((lane) => lane.type),
    lanes.map((lane) => lane.bucket),
    lanes.map((lane) => lane.floor),
    lanes.map((lane) => lane.take),
    claim.instanceId,
    claim.token,
    claim.now,
  ]);
  const [answer, cut] = rows;
  return answer === undefined ? { jobs: [], floors: {}, cutTo: null } : readAnswer(answer, cut);
}

/** Blocks all claims until the end of the transaction. */
export async function lockClaims(tx: Db): Promise<void> {
  // otherwise a process that is suspended while it holds the lock would block the claims of all instances
  await tx.query(`SELECT set_config('idle_in_transaction_session_timeout', '5s', true), {schema}.lock_job_claims()`);
}
