// The current runs of a process with live progress, each with a button to cancel it.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Card } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { Time } from '../../components/time.js';
import { runs as heard, type Run } from '../../state/live.js';
import { link } from '../../state/router.js';
import { CancelRun } from '../runs/cancel-run.js';

interface OneProps {
  readonly id: string;
  readonly onDone: () => void;
}

const progressOf = ({ progress, counts }: Run) => ({
  done: progress?.done ?? counts.processed ?? 0,
  total: progress?.total ?? null,
  note: progress?.note,
});

const One = ({ id, onDone }: OneProps) => {
  const asked = useQuery(`run/${id}`, (signal) => get('/runs/{id}', { params: { id }, signal }));
  const run = heard.value.get(id) ?? asked.data;
  if (!run || run.status !== 'running') return null;
  return (
    <li class="running">
      <div>
        <a href={link(['runs', id])}>Run</a> since <Time at={run.started_at} />
        <Progress label="Progress of the run" {...progressOf(run)} />
      </div>
      <CancelRun id={id} onDone={onDone} />
    </li>
  );
};

export const RunningNow = ({ ids, onDone }: { readonly ids: readonly string[]; readonly onDone: () => void }) =>
  ids.length === 0 ? null : (
    <Card title="Running now">
      <ul class="stack">
        {ids.map((id) => (
          <One key={id} id={id} onDone={onDone} />
        ))}
      </ul>
    </Card>
  );
