// The last runs of a process as bars that show the duration and outcome.
import { lookOf } from '../../components/icons/status.js';
import { countsInWords } from '../../components/run-table.js';
import type { Run } from '../../state/live.js';
import { link } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { duration, shortTime } from '../../time/format.js';
import { zoneFor } from '../../time/zones.js';

const LEAST_SHARE = 0.12;

const toneOf = ({ status, counts }: Run): string =>
  lookOf(status === 'completed' && (counts.failed ?? 0) > 0 ? 'retried' : status)[0];

const titleOf = (run: Run): string =>
  [
    shortTime(run.started_at, zoneFor(), now.value),
    run.status,
    countsInWords(run),
    run.duration_ms === null ? '' : duration(run.duration_ms),
  ]
    .filter(Boolean)
    .join(', ');

/** The newest run is on the right. */
export const Spark = ({ runs, large = false }: { readonly runs: readonly Run[]; readonly large?: boolean }) => {
  const longest = Math.max(1, ...runs.map(({ duration_ms: ms }) => ms ?? 0));
  if (runs.length === 0) return <span class="muted nowrap">no runs yet</span>;
  return (
    <div class={`spark ${large ? 'large' : ''}`}>
      {[...runs].reverse().map((run) => (
        <a
          key={run.id}
          class={`tone-${toneOf(run)}`}
          href={link(['runs', run.id])}
          title={titleOf(run)}
          aria-label={titleOf(run)}
          style={{ height: `${100 * Math.max(LEAST_SHARE, (run.duration_ms ?? 0) / longest)}%` }}
        />
      ))}
    </div>
  );
};
