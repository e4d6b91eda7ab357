// One run: its counts, duration and errors by code with samples, and a retry of failed occurrences.
import { get, post } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { act, ask } from '../../components/feedback/confirm.js';
import { WholeId } from '../../components/copy.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Status } from '../../components/icons/status.js';
import { Card, Facts, Json, Page } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { RunStatus, RunTable, triggerInWords } from '../../components/run-table.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import type { Run } from '../../state/live.js';
import { link } from '../../state/router.js';
import { count, duration, number } from '../../time/format.js';
import { CancelRun } from './cancel-run.js';
import { useRunEvents } from './watch-run.js';

const MAIN = 'subscriptions';

async function retryFailed(run: Run): Promise<void> {
  const trial = await post('/runs/{id}/retry-failed', { params: { id: run.id }, body: { dry_run: true } });
  const due = 'result' in trial ? (trial.result.due ?? 0) : 0;
  ask({
    title: `Retry ${count(due, 'occurrence')} that failed in this run?`,
    text: 'They are retried immediately in a new run with the same idempotency keys. Occurrences that have since succeeded are not retried.',
    action: `Retry ${number(due)}`,
    perform: async () => {
      const started = await post('/runs/{id}/retry-failed', { params: { id: run.id }, body: { dry_run: false } });
      const id = 'run_id' in started ? started.run_id : started.result.run_id;
      return { text: 'The retry has started.', href: link(['runs', id]), linkText: 'View run' };
    },
  });
}

const Actions = ({ run, onDone }: { readonly run: Run; readonly onDone: () => void }) => (
  <>
    {run.status === 'running' && <CancelRun id={run.id} onDone={onDone} />}
    {run.process === MAIN && run.status !== 'running' && (run.counts.failed ?? 0) > 0 && (
      <ActionButton kind="primary" onAct={() => act(async () => (await retryFailed(run), null))}>
        Retry failed…
      </ActionButton>
    )}
  </>
);

const Counts = ({ run: { counts } }: { readonly run: Run }) => (
  <div class="tiles">
    {Object.entries(counts)
      .filter(([name, n]) => n > 0 || ['processed', 'successful', 'failed'].includes(name))
      .map(([name, n]) => (
        <div
          key={name}
          class={`tile ${n > 0 && (name === 'dead' || name === 'lost') ? 'bad' : n > 0 && name === 'failed' ? 'warn' : ''}`}
        >
          <span class="label">{name.replaceAll('_', ' ')}</span>
          <span class="value">{number(n)}</span>
        </div>
      ))}
  </div>
);

const errorLink = ({ process }: Run, id: string): string => link([process === MAIN ? 'subscriptions' : 'jobs', id]);

const Errors = ({ run }: { readonly run: Run }) => {
  const groups = Object.entries(run.error_groups).sort(([, a], [, b]) => b - a);
  return (
    <Card title="Errors by code" flush aside={`${count(run.errors.length, 'sample')}`}>
      {groups.length === 0 ? (
        <Empty title="No errors" />
      ) : (
        groups.map(([code, n]) => (
          <details key={code} class="error-group" open={groups.length <= 3}>
            <summary>
              <Status status="failed" word={code} /> <span class="muted">{count(n, 'time')}</span>
            </summary>
            <DataTable
              caption={`Samples of ${code}`}
              rows={run.errors.filter((error) => error.code === code)}
              keyOf={({ id, at }) => `${id} ${at}`}
              columns={[
                { key: 'id', title: 'ID', cell: ({ id }) => <a href={errorLink(run, id)}>{id.slice(0, 8)}</a> },
                { key: 'message', title: 'Message', wide: true, cell: ({ message }) => message },
                { key: 'at', title: 'At', cell: ({ at }) => <Time at={at} /> },
              ]}
            />
          </details>
        ))
      )}
    </Card>
  );
};

const Parts = ({ id }: { readonly id: string }) => {
  const parts = useQuery(`runs/parts/${id}`, (signal) => get('/runs', { query: { parent: id }, signal }));
  if (!parts.data || parts.data.items.length === 0) return null;
  return (
    <Card title="Processes of this batch" flush>
      <RunTable runs={parts.data.items} shape="latest" />
    </Card>
  );
};

/** For runs below one second, a rate is not meaningful. */
const rateOf = ({ counts: { processed = 0 }, duration_ms: ms }: Run): string =>
  ms === null || ms < 1_000 || processed === 0 ? '' : `, ${number(Math.round(processed / (ms / 1_000)))} per second`;

const Details = ({ run }: { readonly run: Run }) => (
  <Card title="Details">
    <Facts
      facts={[
        ['Process', <a href={link(['processes', run.process])}>{run.process}</a>],
        ['Trigger', triggerInWords(run)],
        ['Slot', <Time at={run.slot} none="none (triggered manually)" />],
        ['Started', <Time at={run.started_at} />],
        ['Ended', <Time at={run.finished_at} none="not yet" />],
        ['Duration', run.duration_ms === null ? '–' : `${duration(run.duration_ms)}${rateOf(run)}`],
        run.stopped_early && ['Stopped early', 'near the end of its budget; the next tick continues'],
        run.parent_id !== null && ['Part of', <a href={link(['runs', run.parent_id])}>the batch</a>],
        ['Instance', <span class="mono break">{run.instance_id}</span>],
        ['Id', <WholeId id={run.id} />],
      ]}
    />
    {run.input !== null && <Json value={run.input} label="Trigger input" />}
  </Card>
);

export const OneRun = ({ id }: { readonly id: string }) => {
  const loaded = useQuery(`run/${id}`, (signal) => get('/runs/{id}', { params: { id }, signal }));
  const live = useRunEvents(id, loaded.data?.status === 'running', loaded.reload);
  const run = loaded.data?.status === 'running' ? (live ?? loaded.data) : loaded.data;
  return (
    <Page
      title={run ? `Run of ${run.process}` : 'Run'}
      parent={{ href: link(['runs']), title: 'Runs' }}
      lead={
        run && (
          <>
            <RunStatus run={run} /> {run.error && `· ${run.error}`}
          </>
        )
      }
      actions={run && <Actions run={run} onDone={loaded.reload} />}
    >
      <Loaded query={loaded} lines={10}>
        {(data) => {
          const shown = run ?? data;
          return (
            <>
              {shown.status === 'running' && (
                <Progress
                  label="Progress of the run"
                  done={shown.progress?.done ?? shown.counts.processed ?? 0}
                  total={shown.progress?.total ?? null}
                  note={shown.progress?.note}
                />
              )}
              <Counts run={shown} />
              <div class="main-and-side">
                <div class="stack">
                  <Errors run={shown} />
                  <Parts id={id} />
                </div>
                <Details run={shown} />
              </div>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
};
