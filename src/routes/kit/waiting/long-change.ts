// A change of many rows over HTTP: the response waits for it for up to two minutes; after that, its audit entry shows the progress.
import { z } from 'zod';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import { LONGEST_WAIT_S, prefer } from './prefer.js';
import type { Call, Reply, ResponseSpec } from '../route.js';
import { within } from './within.js';

export const changeHeaders = z.object({ prefer });
type ChangeHeaders = z.output<typeof changeHeaders>;

const bulkSchema = z
  .object({ matched: z.number(), changed: z.number(), dry_run: z.boolean() })
  .meta({ id: 'BulkResult' });

const goesOn = z.object({ message: z.string(), location: z.string() }).meta({ id: 'BulkAccepted' });

export const changeResponses: Readonly<Record<number, ResponseSpec>> = {
  200: { description: 'The number of rows', schema: bulkSchema },
  202: {
    description: `It goes on after ${LONGEST_WAIT_S} s, or the time that \`Prefer\` names. \`Location\` is its audit entry: \`changed\` grows, \`finished\` is true at its end`,
    schema: goesOn,
  },
};

interface Counts {
  readonly matched: number;
  readonly changed: number;
}

export interface LongChange {
  /** The name that its audit entry has. */
  readonly action: string;
  readonly dryRun: boolean;
  /** `onRecorded` is called with the id of the audit entry. */
  readonly work: (onRecorded: (auditId: string) => void) => Promise<Counts>;
}

export async function longChange(
  { action, dryRun, work }: LongChange,
  { prefer: { waitS, async } }: ChangeHeaders,
  call: Pick<Call, 'base' | 'signal'>,
  logger: Logger,
): Promise<Reply> {
  let entry: string | null = null;
  let replied = false;
  const changing = work((id) => (entry = id));
  changing.catch((error: unknown) => {
    if (replied) logger.warn('a change failed after its reply', { action, audit_entry: entry, error: toError(error) });
  });
  const counts = await within(changing, waitS * 1_000, call.signal);
  if (counts) return { status: 200, body: { matched: counts.matched, changed: counts.changed, dry_run: dryRun } };
  replied = true;
  const location = entry === null ? `${call.base}/audit?action=${action}` : `${call.base}/audit/${String(entry)}`;
  return {
    status: 202,
    headers: { Location: location, ...(async ? { 'Preference-Applied': 'respond-async' } : {}) },
    body: { message: 'the change continues', location },
  };
}
