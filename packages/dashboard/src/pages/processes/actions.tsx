// The actions for one process.
import { useState } from 'preact/hooks';
import { patch, post } from '../../api/client.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { PauseDialog } from '../../components/pause-dialog.js';
import type { Schedule } from '../../components/schedule/schedule.js';
import { link } from '../../state/router.js';
import { now, readClock } from '../../time/clock.js';
import { isPaused, type Process } from './state.js';

const audit = link(['audit']);

interface ActionProps {
  readonly process: Process;
  readonly onDone: () => void;
}

async function change(
  { process, onDone }: ActionProps,
  body: Parameters<typeof patchProcess>[1],
  text: string,
): Promise<Outcome> {
  await patchProcess(process.name, body);
  onDone();
  return { text, href: audit, linkText: 'Audit' };
}

const patchProcess = (
  name: string,
  body: { enabled?: boolean; paused_until?: string | null; schedule?: Schedule | null },
) => patch('/processes/{name}', { params: { name }, body });

export const changeProcessSchedule = (props: ActionProps, schedule: Schedule | null): Promise<Outcome> =>
  change(
    props,
    { schedule },
    schedule === null
      ? 'The schedule in code applies again.'
      : 'The schedule has been changed, and the change persists across deployments.',
  );

async function run({ process: { name }, onDone }: ActionProps): Promise<Outcome> {
  const started = await post('/processes/{name}/run', {
    params: { name },
    body: {},
    headers: { prefer: 'respond-async' },
  });
  onDone();
  const id = 'run_id' in started ? started.run_id : started.result.run_id;
  return { text: `A run of ${name} has started.`, href: link(['runs', id]), linkText: 'View run' };
}

function askToDisable(props: ActionProps): void {
  const { name } = props.process;
  ask({
    title: `Disable ${name}?`,
    text:
      name === 'subscriptions'
        ? 'No subscription runs on any instance until the process is enabled again.'
        : 'It does not run on schedule on any instance until it is enabled again. It can still be run manually.',
    action: 'Disable',
    danger: true,
    perform: () => change(props, { enabled: false }, `${name} is disabled.`),
  });
}

export const ProcessActions = (props: ActionProps) => {
  const { process } = props;
  const [pausing, setPausing] = useState(false);
  const pausedNow = isPaused(process, now.value);
  const close = (): void => setPausing(false);
  const pause = (ms: number | null): Promise<void> =>
    act(async () => {
      const until = new Date(readClock() + (ms ?? 0)).toISOString();
      const outcome = await change(props, { paused_until: until }, `${process.name} is paused.`);
      close();
      return outcome;
    });
  return (
    <>
      <ActionButton kind="primary" onAct={() => act(() => run(props))}>
        Run now
      </ActionButton>
      {pausedNow ? (
        <ActionButton onAct={() => act(() => change(props, { paused_until: null }, `${process.name} is resumed.`))}>
          Resume
        </ActionButton>
      ) : (
        <ActionButton onAct={() => setPausing(true)}>Pause…</ActionButton>
      )}
      {process.enabled ? (
        <ActionButton kind="danger" onAct={() => askToDisable(props)}>
          Disable…
        </ActionButton>
      ) : (
        <ActionButton onAct={() => act(() => change(props, { enabled: true }, `${process.name} is enabled.`))}>
          Enable
        </ActionButton>
      )}
      {pausing && (
        <PauseDialog
          text="It does not run on schedule on any instance during that time. It can still be run manually."
          onPause={pause}
          onClose={close}
        />
      )}
    </>
  );
};
