// Dead letters: jobs that failed all attempts, grouped by what went wrong, and retried in bulk after a dry run.
import { get, post } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Status } from '../../components/icons/status.js';
import { JobTable, type Job } from '../../components/job-table.js';
import { Card, Page } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import { groupDead, type DeadGroup } from './group-dead.js';

const MOST = 1_000;
const PAGE = 200;
const SHOWN = 20;
const EVERY_MS = 20_000;

interface Dead {
  readonly jobs: readonly Job[];
  readonly more: boolean;
}

async function load(signal: AbortSignal): Promise<Dead> {
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await get('/jobs', {
      query: { status: 'dead', limit: PAGE, ...(cursor ? { cursor } : {}) },
      signal,
    });
    jobs.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && jobs.length < MOST);
  return { jobs, more: cursor !== undefined };
}

/** Counts first: a group may have grown since it was shown. */
async function retryGroup({ type, code }: DeadGroup, onDone: () => void): Promise<void> {
  const filter = { status: ['dead' as const], type, error_code: code };
  const trial = await post('/jobs/retry', { body: { ...filter, dry_run: true } });
  const matched = 'matched' in trial ? trial.matched : 0;
  ask({
    title: `Retry ${count(matched, 'dead job')} of ${type}?`,
    text: `All that failed with ${code} are due at once, and their attempts start over.`,
    action: `Retry ${number(matched)}`,
    perform: async (): Promise<Outcome> => {
      const result = await post('/jobs/retry', { body: { ...filter, dry_run: false } });
      onDone();
      return {
        text:
          'changed' in result
            ? `${count(result.changed, 'job')} will be tried again.`
            : 'The retry goes on; its audit entry shows how far it is.',
        href: link(['jobs'], { type }),
        linkText: 'Watch them',
      };
    },
  });
}

const Group = ({ group, onDone }: { readonly group: DeadGroup; readonly onDone: () => void }) => (
  <Card
    title={`${group.type}: ${group.code}`}
    flush
    aside={
      <>
        <Status status="dead" word={`${number(group.jobs.length)} dead`} />
        <ActionButton onAct={() => act(async () => (await retryGroup(group, onDone), null))}>Retry all…</ActionButton>
      </>
    }
  >
    <p class="group-message break">{group.message}</p>
    <details>
      <summary class="group-message muted small">Show the jobs</summary>
      <JobTable jobs={group.jobs.slice(0, SHOWN)} />
      {group.jobs.length > SHOWN && (
        <p class="group-message">
          <a href={link(['jobs'], { status: 'dead', type: group.type, error_code: group.code })}>
            All {number(group.jobs.length)} of them
          </a>
        </p>
      )}
    </details>
  </Card>
);

export default function DeadPage() {
  const dead = useQuery('dead', load, { everyMs: EVERY_MS });
  return (
    <Page
      title="Dead letters"
      lead="Jobs that failed all attempts, by type and error. Nothing happens to them until somebody decides."
    >
      <Loaded query={dead} lines={8}>
        {({ jobs, more }) =>
          jobs.length === 0 ? (
            <Card title="Dead letters" untitled>
              <Empty title="No job is dead">A job that fails all its attempts comes here, with its error.</Empty>
            </Card>
          ) : (
            <>
              {more && <p class="note warn">The newest {number(jobs.length)} are grouped here; there are more.</p>}
              {groupDead(jobs).map((group) => (
                <Group key={`${group.type} ${group.code}`} group={group} onDone={dead.reload} />
              ))}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
