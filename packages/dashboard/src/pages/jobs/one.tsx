// One job: its payload and result, its attempts and log, what it belongs to, and what can be done.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { WholeId } from '../../components/copy.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { JobStatus, type Job } from '../../components/job-table.js';
import { Latencies } from '../../components/latencies.js';
import { Card, Facts, Json, Page } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { scheduleInShort } from '../../components/schedule/schedule.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import { Status } from '../../components/icons/status.js';
import { link } from '../../state/router.js';
import { count, duration } from '../../time/format.js';
import { JobActions } from './actions.js';
import { JobGraph } from './graph/job-graph.js';
import { isOpen } from './states.js';
import { JobTimeline } from './timeline.js';

const EVERY_MS = 3_000;
const LOG_LINES = 200;
const MOST_MADE = 50;
const LEVELS = { debug: 'coalesced', info: 'scheduled', warn: 'failed', error: 'dead' } as const;

const Failure = ({ error }: { readonly error: NonNullable<Job['error']> }) => (
  <Card title="Last error" aside={<code>{error.code}</code>}>
    <p class="break">{error.message}</p>
    {error.stack && (
      <details>
        <summary class="muted small">Stack</summary>
        <pre class="json" tabIndex={0} aria-label="Stack">
          {error.stack}
        </pre>
      </details>
    )}
  </Card>
);

const Log = ({ id, open }: { readonly id: string; readonly open: boolean }) => {
  const log = useQuery(
    `job/log/${id}`,
    (signal) => get('/jobs/{id}/logs', { params: { id }, query: { limit: LOG_LINES }, signal }),
    { everyMs: open ? EVERY_MS : undefined },
  );
  return (
    <Card title="Log" flush area="log">
      <Loaded query={log} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Its handler has logged nothing">
              What a handler says with <code>ctx.log</code> and the error of each attempt appear here.
            </Empty>
          ) : (
            <DataTable
              caption="Log"
              rows={items}
              keyOf={(line) => line.id}
              columns={[
                { key: 'at', title: 'At', cell: ({ created_at: at }) => <Time at={at} relative={false} /> },
                { key: 'level', title: 'Level', cell: ({ level }) => <Status status={LEVELS[level]} word={level} /> },
                { key: 'attempt', title: 'Attempt', end: true, cell: ({ attempt }) => String(attempt) },
                {
                  key: 'message',
                  title: 'Message',
                  wide: true,
                  cell: ({ message, data }) => (
                    <>
                      {message}
                      {data !== null && <code class="log-data">{JSON.stringify(data)}</code>}
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
};

const ownersOf = ({ user_id: user, workspace_id: workspace, tenant_id: tenant }: Job): string =>
  [user && `user ${user}`, workspace && `workspace ${workspace}`, tenant && `tenant ${tenant}`]
    .filter(Boolean)
    .join(', ') || '–';

const Details = ({ job }: { readonly job: Job }) => {
  const children = useQuery(`job/children/${job.id}`, (signal) =>
    get('/jobs', { query: { parent_id: job.id, limit: MOST_MADE }, signal }),
  );
  const made = children.data?.items.length ?? 0;
  return (
    <Card title="Details">
      <Facts
        facts={[
          ['Type', <a href={link(['jobs'], { type: job.type })}>all jobs of this type</a>],
          ['Queue', <a href={link(['jobs'], { queue: job.queue })}>{job.queue}</a>],
          ['Priority', job.priority],
          ['For', ownersOf(job)],
          ['Attempt', `${job.attempt} of ${job.max_attempts}`],
          job.crashes > 0 && ['Crashes', `${job.crashes}: instances that died while they held it`],
          ['Created', <Time at={job.created_at} />],
          ['Due', <Time at={job.run_at} />],
          job.duration_ms !== null && ['Took', duration(job.duration_ms)],
          job.schedule !== null && ['Recurs', scheduleInShort(job.schedule)],
          job.unique_key !== null && ['Unique key', <span class="mono break">{job.unique_key}</span>],
          job.open_dependencies > 0 && ['Waits for', `${job.open_dependencies} other jobs`],
          job.parent_id !== null && ['Made by', <a href={link(['jobs', job.parent_id])}>its parent</a>],
          job.group_id !== null && [
            'Group',
            <a href={link(['jobs'], { group_id: job.group_id })}>all jobs of its group</a>,
          ],
          made > 0 && [
            'Made',
            <a href={link(['jobs'], { parent_id: job.id })}>
              {made === MOST_MADE ? `at least ${count(made, 'job')}` : count(made, 'job')}
            </a>,
          ],
          job.claimed_by !== null && ['Held by', <span class="mono break">{job.claimed_by}</span>],
          ['Id', <WholeId id={job.id} />],
        ]}
      />
    </Card>
  );
};

export const OneJob = ({ id }: { readonly id: string }) => {
  const loaded = useQuery(`job/${id}`, (signal) => get('/jobs/{id}', { params: { id }, signal }), {
    everyMs: EVERY_MS,
  });
  const job = loaded.data;
  return (
    <Page
      title={job?.type ?? 'Job'}
      parent={{ href: link(['jobs']), title: 'Jobs' }}
      lead={job && <JobStatus job={job} />}
      actions={job && <JobActions job={job} onDone={loaded.reload} />}
    >
      <Loaded query={loaded} lines={10}>
        {(job) => (
          <>
            {job.progress !== null && isOpen(job) && (
              <Progress label="Progress of the job" done={job.progress} total={100} note={job.progress_note} />
            )}
            <div class="main-and-side">
              <div class="stack">
                <JobTimeline job={job} />
                {job.error && <Failure error={job.error} />}
                <Card title="Payload">
                  <Json value={job.payload} label="Payload" />
                </Card>
                {job.result !== null && (
                  <Card title="Result">
                    <Json value={job.result} label="Result" />
                  </Card>
                )}
                <JobGraph id={id} open={isOpen(job)} />
                <Log id={id} open={isOpen(job)} />
              </div>
              <div class="stack">
                <Details job={job} />
                <Latencies subject="job" name={job.type} title="Jobs of this type" />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
};
