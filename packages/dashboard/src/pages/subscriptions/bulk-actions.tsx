// Changes of many subscriptions: those that were chosen, or all that the filters find. Counted first, then done.
import { post, type BodyOf } from '../../api/client.js';
import { ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { link, query } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import { RetryDead, type RetryFilter } from './retry-dead.js';

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
      <RetryDead filter={{ subscription_ids: ids }} whose="of those that are chosen" onDone={onDone} />
    </div>
  );
};

/** The filters of the page and its search, as the bulk routes take them; null: none is set. */
function filterOfPage(): Filter | null {
  const { status, user_id, tenant_id, timezone, frequency, search, due } = query.value;
  const filter = {
    ...Object.fromEntries(
      Object.entries({ status, user_id, tenant_id, timezone, frequency, search }).filter(([, value]) => value),
    ),
    ...(due ? { due: due === 'true' } : {}),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}

/** The same for the retry: it looks at what died, whatever its subscription does now. */
function retryFilterOfPage(): RetryFilter {
  const { user_id, tenant_id, frequency } = query.value;
  return Object.fromEntries(Object.entries({ user_id, tenant_id, frequency }).filter(([, value]) => value));
}

/** For all that the filters and the search find. The retry goes by user, tenant and frequency, so it is not offered during a search. */
export const FilterActions = ({ onDone }: BulkProps) => {
  const filter = filterOfPage();
  const retry = retryFilterOfPage();
  return (
    <>
      {!query.value.search && (
        <RetryDead
          filter={retry}
          whose={Object.keys(retry).length === 0 ? 'of all subscriptions' : 'of those that the filters find'}
          onDone={onDone}
        />
      )}
      {filter && <ActionButton onAct={() => bulk('pause', filter, onDone)}>Pause all found…</ActionButton>}
      {filter && <ActionButton onAct={() => bulk('resume', filter, onDone)}>Resume all found…</ActionButton>}
    </>
  );
};
