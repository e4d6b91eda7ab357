// Changes of many subscriptions: those that were chosen, or all that the filters find. Counted first, then done.
import { post, type BodyOf } from '../../api/client.js';
import { ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { link, query } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import { readClock } from '../../time/clock.js';

type Filter = Omit<BodyOf<'/subscriptions/resume', 'post'>, 'dry_run'>;

const PLACES = { pause: '/subscriptions/pause', resume: '/subscriptions/resume' } as const;
const audit = link(['audit']);

function changed(verb: string, result: object): Outcome {
  if ('changed' in result)
    return { text: `${count(Number(result.changed), 'subscription')} ${verb}.`, href: audit, linkText: 'Audit' };
  return { text: `Under way: the audit entry shows how far it is.`, href: audit, linkText: 'Audit' };
}

/** Counts, asks, and does it. */
async function bulk(verb: keyof typeof PLACES, filter: Filter, onDone: () => void): Promise<void> {
  const trial = await post(PLACES[verb], { body: { ...filter, dry_run: true } });
  const matched = 'matched' in trial ? trial.matched : 0;
  ask({
    title: `${verb === 'pause' ? 'Pause' : 'Resume'} ${count(matched, 'subscription')}?`,
    text:
      verb === 'pause'
        ? 'They are not served until somebody resumes them. What they miss follows the misfire policy of each.'
        : 'A pause or suspension ends. What was missed follows the misfire policy of each.',
    action: `${verb === 'pause' ? 'Pause' : 'Resume'} ${number(matched)}`,
    danger: verb === 'pause',
    perform: async () => {
      const outcome = changed(`${verb}d`, await post(PLACES[verb], { body: { ...filter, dry_run: false } }));
      onDone();
      return outcome;
    },
  });
}

async function runThem(ids: string[], onDone: () => void): Promise<void> {
  ask({
    title: `Run ${count(ids.length, 'subscription')} now?`,
    text: 'Each gets an extra occurrence at this moment, whether it is due or not. Its next run stays as it is.',
    action: `Run ${number(ids.length)} now`,
    perform: async () => {
      const started = await post('/process-subscriptions', {
        body: { subscription_ids: ids, force: true, dry_run: false },
        headers: { prefer: 'respond-async' },
      });
      onDone();
      const id = 'run_id' in started ? started.run_id : '';
      return { text: 'The run has started.', href: link(['runs', id]), linkText: 'Watch it' };
    },
  });
}

interface BulkProps {
  readonly onDone: () => void;
}

export const BulkActions = ({ chosen, onDone }: BulkProps & { readonly chosen: ReadonlySet<string> }) => {
  const ids = [...chosen];
  return (
    <div class="bulk">
      <strong>{number(ids.length)} chosen</strong>
      <ActionButton onAct={() => runThem(ids, onDone)}>Run now</ActionButton>
      <ActionButton onAct={() => bulk('pause', { subscription_ids: ids }, onDone)}>Pause</ActionButton>
      <ActionButton onAct={() => bulk('resume', { subscription_ids: ids }, onDone)}>Resume</ActionButton>
    </div>
  );
};

/** What the filters of the page say, as the bulk routes take it; null: no filter is set. */
function filterOfPage(): Filter | null {
  const { status, user_id, tenant_id, timezone, frequency, due } = query.value;
  const filter = {
    ...Object.fromEntries(
      Object.entries({ status, user_id, tenant_id, timezone, frequency }).filter(([, value]) => value),
    ),
    ...(due ? { due: due === 'true' } : {}),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}

const DAY_MS = 86_400_000;

async function retryDead(onDone: () => void): Promise<void> {
  const since = new Date(readClock() - DAY_MS).toISOString();
  const trial = await post('/subscriptions/retry', { body: { since, dry_run: true } });
  const due = 'result' in trial ? (trial.result.due ?? 0) : 0;
  ask({
    title: `Retry ${count(due, 'dead occurrence')}?`,
    text: 'These failed all attempts in the last 24 hours. They are tried again in a new run, under the same idempotency keys.',
    action: `Retry ${number(due)}`,
    perform: async () => {
      const started = await post('/subscriptions/retry', {
        body: { since, dry_run: false },
        headers: { prefer: 'respond-async' },
      });
      onDone();
      const id = 'run_id' in started ? started.run_id : 'result' in started ? started.result.run_id : '';
      return { text: 'The retry has started.', href: link(['runs', id]), linkText: 'Watch it' };
    },
  });
}

/** For all that the filters find; without a filter only the retry is offered. */
export const FilterActions = ({ onDone }: BulkProps) => {
  const filter = filterOfPage();
  return (
    <>
      <ActionButton onAct={() => retryDead(onDone)}>Retry dead…</ActionButton>
      {filter && <ActionButton onAct={() => bulk('pause', filter, onDone)}>Pause all found…</ActionButton>}
      {filter && <ActionButton onAct={() => bulk('resume', filter, onDone)}>Resume all found…</ActionButton>}
    </>
  );
};
