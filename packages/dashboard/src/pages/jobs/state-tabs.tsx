// The states of jobs with how many are in each, as the server tells them live. Those that ended well are not counted: there may be millions.
import { Status } from '../../components/icons/status.js';
import { status as state } from '../../state/live.js';
import { link, query } from '../../state/router.js';
import { compact } from '../../time/format.js';

const STATES = [
  ['pending', 'waiting'],
  ['waiting', 'waiting for others'],
  ['processing', 'running'],
  ['failed', 'to retry'],
  ['dead', 'dead'],
  ['completed', 'completed'],
  ['cancelled', 'cancelled'],
] as const;
const UNCOUNTED: ReadonlySet<string> = new Set(['completed', 'cancelled']);

export const StateTabs = () => {
  const { status: current, cursor: _cursor, ...filters } = query.value;
  const queue = state.value?.queue;
  return (
    <nav class="state-tabs" aria-label="States">
      <a href={link(['jobs'], filters)} aria-current={current === undefined}>
        All
      </a>
      {STATES.map(([name, word]) => (
        <a key={name} href={link(['jobs'], { ...filters, status: name })} aria-current={current === name}>
          <Status status={name} word={word} />
          {queue && !UNCOUNTED.has(name) && (
            <b>{`${compact(queue.counts[name] ?? 0)}${queue.counts_capped && (queue.counts[name] ?? 0) > 0 ? '+' : ''}`}</b>
          )}
        </a>
      ))}
    </nav>
  );
};
