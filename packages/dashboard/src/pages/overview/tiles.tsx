// The current figures, each linked to the items it counts.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { connection, throughput, type Status } from '../../state/live.js';
import { link } from '../../state/router.js';
import { endsInWords, lastMinute } from '../../state/throughput.js';
import { now, readClock } from '../../time/clock.js';
import { compact, duration, number, relativeTime } from '../../time/format.js';
import { toneOfDead, toneOfFailed, toneOfLag, toneOfWaiting, type Tone } from './tones.js';

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
  readonly href: string;
  readonly tone?: Tone;
}

const Tile = ({ label, value, note, href, tone }: TileProps) => (
  <a class={`tile ${tone ?? ''}`} href={href}>
    <span class="label">{label}</span>
    <span class="value">{value}</span>
    <span class="note-line">{note ?? '\u00a0'}</span>
  </a>
);

const HOUR_MS = 3_600_000;
const EVERY_MS = 30_000;

/** Work processed within the last hour: occurrences from runs, jobs from roll-ups. */
async function lastHour(signal: AbortSignal): Promise<{ occurrences: number; jobs: number; capped: boolean }> {
  const since = new Date(readClock() - HOUR_MS).toISOString();
  const [runs, queue] = await Promise.all([
    get('/runs', { query: { process: 'subscriptions', since, limit: 200 }, signal }),
    get('/queues/stats', { query: { hours: 1 }, signal }).catch(() => null),
  ]);
  return {
    occurrences: runs.items.reduce((total, { counts }) => total + (counts.processed ?? 0), 0),
    jobs: queue?.types.reduce((total, { completed }) => total + completed, 0) ?? 0,
    capped: runs.next_cursor !== null,
  };
}

const more = (n: number, capped: boolean): string => `${compact(n)}${capped ? '+' : ''}`;

/** `23 min`: the warning has the rest. */
const inShort = (seconds: number): string =>
  duration(seconds * 1_000)
    .split(' ')
    .slice(0, 2)
    .join(' ');

const Subscriptions = ({ s }: { readonly s: NonNullable<Status['subscriptions']> }) => (
  <>
    <Tile
      label="Lag"
      value={s.lag_s < 1 ? 'None' : inShort(s.lag_s)}
      note={
        s.oldest_due_at ? 'oldest due' : s.next_due_at ? `next ${relativeTime(s.next_due_at, now.value)}` : undefined
      }
      href={link(['subscriptions'], { due: true, sort: 'next_run_at' })}
      tone={toneOfLag(s.lag_s)}
    />
    <Tile
      label="Due"
      value={more(s.due, s.due_capped)}
      note="subscriptions"
      href={link(['subscriptions'], { due: true })}
    />
    <Tile
      label="Running"
      value={compact(s.processing)}
      note="occurrences"
      href={link(['subscriptions'], { status: 'processing' })}
    />
    <Tile
      label="To retry"
      value={more(s.failed, s.failed_capped)}
      note="subscriptions"
      href={link(['subscriptions'], { status: 'failed' })}
      tone={toneOfFailed(s.failed)}
    />
    <Tile
      label="Dead, 24 h"
      value={more(s.dead_24h, s.dead_24h_capped)}
      note="occurrences"
      href={link(['runs'], { process: 'subscriptions' })}
      tone={toneOfDead(s.dead_24h)}
    />
  </>
);

/** What ends now, as it is told live. */
const Throughput = () => {
  const last = connection.value === 'lost' ? null : lastMinute(throughput.value, now.value);
  return (
    <Tile
      label="Jobs, 1 min"
      value={last === null ? '…' : compact(last.total)}
      note={last === null || last.total === 0 ? 'ended' : endsInWords(last.ends, compact)}
      href={link(['jobs'])}
      tone={toneOfDead(last?.ends.dead ?? 0)}
    />
  );
};

const Jobs = ({ queue: { counts, counts_capped: capped } }: { readonly queue: NonNullable<Status['queue']> }) => {
  const waiting = (counts.pending ?? 0) + (counts.failed ?? 0);
  const dead = counts.dead ?? 0;
  return (
    <>
      <Tile
        label="Jobs waiting"
        value={more(waiting, capped && waiting > 0)}
        note={`${number(counts.processing ?? 0)} running`}
        href={link(['jobs'], { status: 'pending' })}
        tone={toneOfWaiting(waiting)}
      />
      <Tile
        label="Dead jobs"
        value={more(dead, capped && dead > 0)}
        note="to review"
        href={link(['dead'])}
        tone={toneOfDead(dead)}
      />
      <Throughput />
    </>
  );
};

export const Tiles = ({ status: { subscriptions, queue } }: { readonly status: Status }) => {
  const hour = useQuery('overview/hour', lastHour, { everyMs: EVERY_MS });
  const done = hour.data;
  return (
    <nav class="tiles of-now" aria-label="Current figures">
      {subscriptions && <Subscriptions s={subscriptions} />}
      {queue && <Jobs queue={queue} />}
      <Tile
        label="Done, 1 h"
        value={done ? more(done.occurrences + done.jobs, done.capped) : '…'}
        note={done && `${compact(done.jobs)} are jobs`}
        href={link(['runs'])}
      />
    </nav>
  );
};
