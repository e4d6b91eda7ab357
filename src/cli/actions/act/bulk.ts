// Reports a change of many rows: how many were found and changed, and where to look if it is still going on.
import type { Io } from '../../io.js';
import { plural } from '../../output/words.js';

interface BulkAnswer {
  readonly matched?: number;
  readonly changed?: number;
  readonly dry_run?: boolean;
  readonly location?: string;
}

export async function bulk(io: Io, path: string, body: object, what: string, done: string): Promise<void> {
  const answer = await io.api().post<BulkAnswer>(path, body);
  io.show(answer, () => [inWords(answer, what, done)]);
}

function inWords(
  { matched = 0, changed = 0, dry_run: dryRun, location }: BulkAnswer,
  what: string,
  done: string,
): string {
  if (location !== undefined) return `the change continues; its entry in the audit log is ${location}`;
  if (dryRun) return `dry run: ${plural(matched, what)} would be ${done}`;
  const left = matched - changed;
  return `${plural(changed, what)} ${done}${left > 0 ? `, ${left} left as they were` : ''}`;
}
