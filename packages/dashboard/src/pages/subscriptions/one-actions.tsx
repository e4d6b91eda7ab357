// What can be done with one subscription: run it now, pause it (for a while or until resumed), resume it, change its schedule.
import { useState } from 'preact/hooks';
import { patch, post } from '../../api/client.js';
import { act, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { PauseDialog } from '../../components/pause-dialog.js';
import type { Schedule } from '../../components/schedule/schedule.js';
import { link } from '../../state/router.js';
import { readClock, now } from '../../time/clock.js';
import { RetryDead } from './retry-dead.js';
import { stateOf, type Subscription } from './state.js';

/** Only what changes; a field that is gone is null. */
function patchOf(before: Schedule, after: Schedule): Record<string, unknown> {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Schedule>;
  const changed = [...fields].filter((field) => before[field] !== after[field]);
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

export async function changeSchedule(
  subscription: Subscription,
  after: Schedule,
  onDone: () => void,
): Promise<Outcome> {
  const schedule = patchOf(subscription.schedule ?? {}, after);
  await patch('/subscriptions/{id}', { params: { id: subscription.id }, body: { schedule } });
  onDone();
  return { text: 'The schedule is changed. It takes effect from now on.', href: link(['audit']), linkText: 'Audit' };
}

interface ActionProps {
  readonly subscription: Subscription;
  readonly onDone: () => void;
}

const PauseSubscription = ({ subscription, onDone, onClose }: ActionProps & { readonly onClose: () => void }) => {
  const pause = (ms: number | null): Promise<void> =>
    act(async () => {
      const body = ms === null ? { paused: true } : { paused_until: new Date(readClock() + ms).toISOString() };
      await patch('/subscriptions/{id}', { params: { id: subscription.id }, body });
      onClose();
      onDone();
      return { text: 'The subscription is paused.', href: link(['audit']), linkText: 'Audit' };
    });
  return (
    <PauseDialog
      text="Nothing runs for this subscription in that time. What it misses follows its misfire policy."
      onPause={pause}
      onClose={onClose}
      endless
    />
  );
};

async function runNow({ subscription, onDone }: ActionProps): Promise<Outcome> {
  const reply = await post('/subscriptions/{id}/process', {
    params: { id: subscription.id },
    headers: { prefer: 'wait=10' },
  });
  onDone();
  const id = 'run_id' in reply ? reply.run_id : reply.result.run_id;
  return { text: `Run now: ${reply.message}.`, href: link(['runs', id]), linkText: 'The run' };
}

async function resume({ subscription, onDone }: ActionProps): Promise<Outcome> {
  await patch('/subscriptions/{id}', { params: { id: subscription.id }, body: { paused: false } });
  onDone();
  return { text: 'The subscription is resumed.', href: link(['audit']), linkText: 'Audit' };
}

export const SubscriptionActions = (props: ActionProps) => {
  const [pausing, setPausing] = useState(false);
  const { status } = stateOf(props.subscription, now.value);
  const rests = status === 'paused' || status === 'suspended';
  return (
    <>
      <ActionButton kind="primary" onAct={() => act(() => runNow(props))}>
        Run now
      </ActionButton>
      {rests ? (
        <ActionButton onAct={() => act(() => resume(props))}>Resume</ActionButton>
      ) : (
        <ActionButton onAct={() => setPausing(true)}>Pause…</ActionButton>
      )}
      {props.subscription.consecutive_failures > 0 && (
        <RetryDead
          filter={{ subscription_ids: [props.subscription.id] }}
          whose="of this subscription"
          onDone={props.onDone}
        />
      )}
      {pausing && <PauseSubscription {...props} onClose={() => setPausing(false)} />}
    </>
  );
};
