// Retries dead occurrences: selects the period, counts them with a dry run, and starts a new run.
import { useState } from 'preact/hooks';
import { post, type BodyOf } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { act } from '../../components/feedback/confirm.js';
import { Dialog } from '../../components/feedback/dialog.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Segmented } from '../../components/form/segmented.js';
import { link } from '../../state/router.js';
import { readClock } from '../../time/clock.js';
import { count, number } from '../../time/format.js';

type Body = BodyOf<'/subscriptions/retry', 'post'>;

/** Selects the occurrences; empty: all of them. */
export type RetryFilter = Pick<Body, 'subscription_ids' | 'user_id' | 'tenant_id' | 'frequency'>;

const HOUR_MS = 3_600_000;

const SPANS = [
  ['1', 'hour'],
  ['24', '24 hours'],
  ['168', '7 days'],
  ['720', '30 days'],
] as const;

type Hours = (typeof SPANS)[number][0];

interface RetryProps {
  readonly filter: RetryFilter;
  /** "of user 4711". */
  readonly whose: string;
  readonly onDone: () => void;
}

const sinceOf = (hours: Hours): string => new Date(readClock() - Number(hours) * HOUR_MS).toISOString();

async function countDead(body: Omit<Body, 'dry_run'>, signal: AbortSignal): Promise<number> {
  const trial = await post('/subscriptions/retry', { body: { ...body, dry_run: true }, signal });
  return 'result' in trial ? (trial.result.due ?? 0) : 0;
}

const start = (body: Omit<Body, 'dry_run'>, onDone: () => void): Promise<void> =>
  act(async () => {
    const started = await post('/subscriptions/retry', {
      body: { ...body, dry_run: false },
      headers: { prefer: 'respond-async' },
    });
    onDone();
    const id = 'run_id' in started ? started.run_id : started.result.run_id;
    return { text: 'The retry has started.', href: link(['runs', id]), linkText: 'View run' };
  });

const RetryDialog = ({ filter, whose, onDone, onClose }: RetryProps & { readonly onClose: () => void }) => {
  const [hours, setHours] = useState<Hours>('24');
  const [since, setSince] = useState(() => sinceOf('24'));
  const body = { ...filter, since };
  const dead = useQuery(`retry-dead/${JSON.stringify(body)}`, (signal) => countDead(body, signal));
  const choose = (next: Hours): void => {
    setHours(next);
    setSince(sinceOf(next));
  };
  const close = (): void => {
    onClose();
    onDone();
  };
  return (
    <Dialog title="Retry dead occurrences" onClose={onClose}>
      <p class="muted">
        Occurrences {whose} that failed all their attempts are retried in a new run, each with its idempotency key.
      </p>
      <Segmented label="Died in the last" value={hours} options={SPANS} onChange={choose} />
      <Loaded query={dead} lines={1}>
        {(n) => (
          <>
            <p aria-live="polite">
              <strong>{count(n, 'occurrence')}</strong> died in this time.
            </p>
            <footer>
              <button type="button" class="quiet" onClick={onClose}>
                Go back
              </button>
              <ActionButton kind="primary" disabled={n === 0} onAct={() => start(body, close)}>
                Retry {number(n)}
              </ActionButton>
            </footer>
          </>
        )}
      </Loaded>
    </Dialog>
  );
};

export const RetryDead = (props: RetryProps) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionButton onAct={() => setOpen(true)}>Retry dead…</ActionButton>
      {open && <RetryDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
};
