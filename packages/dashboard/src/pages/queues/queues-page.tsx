// Queues: what waits in each, how the types of jobs are doing, pause and limits.
import { useState } from 'preact/hooks';
import { get, patch, type Schemas } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import { Dialog } from '../../components/feedback/dialog.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Segmented } from '../../components/form/segmented.js';
import { Status } from '../../components/icons/status.js';
import { Latencies } from '../../components/latencies.js';
import { Card, Page } from '../../components/layout/page.js';
import { Field } from '../../components/form/field.js';
import { DataTable } from '../../components/table/data-table.js';
import { link, query } from '../../state/router.js';
import { number } from '../../time/format.js';
import { Types, type QueueStats } from './types.js';

type Queue = Schemas['JobQueue'];

const EVERY_MS = 10_000;
const audit = { href: link(['audit']), linkText: 'Audit' };

async function change(
  name: string,
  body: { paused?: boolean; concurrency?: number | null },
  text: string,
): Promise<Outcome> {
  await patch('/queues/{name}', { params: { name }, body });
  return { text, ...audit };
}

interface QueueProps {
  readonly queue: Queue;
  readonly onDone: () => void;
}

const LimitDialog = ({
  queue: { name, concurrency },
  onDone,
  onClose,
}: QueueProps & { readonly onClose: () => void }) => {
  const [limit, setLimit] = useState(concurrency === null ? '' : String(concurrency));
  const save = (event: Event): void => {
    event.preventDefault();
    void act(async () => {
      const outcome = await change(
        name,
        { concurrency: limit === '' ? null : Number(limit) },
        `The limit of ${name} is changed.`,
      );
      onClose();
      onDone();
      return outcome;
    });
  };
  return (
    <Dialog title={`Limit of ${name}`} onClose={onClose}>
      <form class="stack" onSubmit={save}>
        <Field label="Jobs at once on each instance; empty: no limit of its own" whole>
          <input
            type="number"
            min={1}
            max={10_000}
            value={limit}
            onInput={(event) => setLimit(event.currentTarget.value)}
          />
        </Field>
        <footer>
          <button type="submit" class="primary">
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  );
};

const QueueActions = ({ queue, onDone }: QueueProps) => {
  const [limiting, setLimiting] = useState(false);
  const { name, paused } = queue;
  const pause = (): void =>
    ask({
      title: `Pause the queue ${name}?`,
      text: 'No instance starts a job of it until somebody resumes it. Jobs that run are finished; new ones are taken in.',
      action: 'Pause the queue',
      danger: true,
      perform: async () => {
        const outcome = await change(name, { paused: true }, `The queue ${name} is paused.`);
        onDone();
        return outcome;
      },
    });
  const resume = async (): Promise<Outcome> => {
    const outcome = await change(name, { paused: false }, `The queue ${name} is resumed.`);
    onDone();
    return outcome;
  };
  return (
    <span class="actions">
      {paused ? (
        <ActionButton onAct={() => act(resume)}>Resume</ActionButton>
      ) : (
        <ActionButton onAct={pause}>Pause…</ActionButton>
      )}
      <ActionButton role="admin" onAct={() => setLimiting(true)}>
        Limit…
      </ActionButton>
      {limiting && <LimitDialog queue={queue} onDone={onDone} onClose={() => setLimiting(false)} />}
    </span>
  );
};

type Span = '1' | '24' | '168';

const loadStats = (hours: Span, signal: AbortSignal) =>
  get('/queues/stats', { query: { hours: Number(hours) }, signal });

const waitingIn = ({ live }: QueueStats, queue: string, status: string): number =>
  live.filter((row) => row.queue === queue && row.status === status).reduce((sum, row) => sum + row.count, 0);

const COUNTED = [
  ['pending', 'Waiting'],
  ['processing', 'Running'],
  ['failed', 'To retry'],
  ['dead', 'Dead'],
] as const;

interface CountProps {
  readonly stats: QueueStats | undefined;
  readonly queue: string;
  readonly status: (typeof COUNTED)[number][0];
}

/** The way to the jobs that it counts. */
const Count = ({ stats, queue, status }: CountProps) => {
  if (!stats) return <>…</>;
  const n = waitingIn(stats, queue, status);
  return n === 0 ? <span class="muted">0</span> : <a href={link(['jobs'], { queue, status })}>{number(n)}</a>;
};

const Queues = ({ stats }: { readonly stats: QueueStats | undefined }) => {
  const queues = useQuery('queues', (signal) => get('/queues', { signal }), { everyMs: EVERY_MS });
  return (
    <Card title="Queues" flush>
      <Loaded query={queues} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There are no queues yet">
              A queue appears with its first job: <a href={link(['jobs', 'new'])}>enqueue one by hand</a>.
            </Empty>
          ) : (
            <DataTable
              caption="Queues"
              rows={items}
              keyOf={({ name }) => name}
              columns={[
                {
                  key: 'name',
                  title: 'Queue',
                  cell: ({ name }) => <a href={link(['jobs'], { queue: name })}>{name}</a>,
                },
                {
                  key: 'state',
                  title: 'State',
                  cell: ({ paused }) => <Status status={paused ? 'paused' : 'active'} />,
                },
                ...COUNTED.map(([status, title]) => ({
                  key: status,
                  title,
                  end: true,
                  cell: ({ name }: Queue) => <Count stats={stats} queue={name} status={status} />,
                })),
                {
                  key: 'limit',
                  title: 'At once, per instance',
                  end: true,
                  cell: ({ concurrency }) => (concurrency === null ? 'no limit' : number(concurrency)),
                },
                {
                  key: 'actions',
                  title: 'Change',
                  cell: (queue) => <QueueActions queue={queue} onDone={queues.reload} />,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
};

export default function QueuesPage() {
  const [hours, setHours] = useState<Span>('24');
  const stats = useQuery(`queue-stats/${hours}`, (signal) => loadStats(hours, signal), { everyMs: EVERY_MS });
  const unknown = stats.data?.unknown_types ?? [];
  return (
    <Page title="Queues" lead="What waits, how the types of jobs are doing, and the limits on both.">
      {unknown.length > 0 && (
        <p class="note warn">
          Jobs of these types are due, but this instance does not know them: {unknown.join(', ')}. Deploy their
          definitions, or start a worker that has them.
        </p>
      )}
      <Queues stats={stats.data} />
      <Card
        title="Types"
        flush
        aside={
          <Segmented
            label="How far back"
            value={hours}
            options={[
              ['1', '1 hour'],
              ['24', '24 hours'],
              ['168', '7 days'],
            ]}
            onChange={setHours}
          />
        }
      >
        <Loaded query={stats} lines={6}>
          {(stats) => <Types stats={stats} shown={query.value.type} />}
        </Loaded>
      </Card>
      {query.value.type && <Latencies key={query.value.type} subject="job" name={query.value.type} />}
    </Page>
  );
}
