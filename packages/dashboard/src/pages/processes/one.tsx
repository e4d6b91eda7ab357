// One process: its schedule, last runs compared with the budget, current runs, and actions.
import { get, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Latencies } from '../../components/latencies.js';
import { Card, Facts, Page } from '../../components/layout/page.js';
import { RunTable } from '../../components/run-table.js';
import { previewSchedule } from '../../components/schedule/preview.js';
import { asSchedule, zoneOf } from '../../components/schedule/schedule.js';
import { ScheduleCard } from '../../components/schedule/schedule-card.js';
import { Time } from '../../components/time.js';
import { act } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import type { Run } from '../../state/live.js';
import { link } from '../../state/router.js';
import { can } from '../../state/session.js';
import { now } from '../../time/clock.js';
import { duration } from '../../time/format.js';
import { changeProcessSchedule, ProcessActions } from './actions.js';
import { RunningNow } from './running-now.js';
import { Spark } from './spark.js';
import { ProcessStatus, type Process } from './state.js';

const EVERY_MS = 5_000;
const RUNS = 50;
const NEXT = 8;

interface Data {
  readonly process: Process;
  readonly runs: readonly Run[];
  readonly preview: Schemas['Preview'] | null;
}

async function load(name: string, signal: AbortSignal): Promise<Data> {
  const [processes, runs] = await Promise.all([
    get('/processes', { signal }),
    get('/runs', { query: { process: name, limit: RUNS }, signal }),
  ]);
  const process = processes.items.find((one) => one.name === name);
  if (!process) {
    throw new ApiProblem(404, { title: 'Not found', code: 'PROCESS_NOT_FOUND', detail: `there is no process ${name}` });
  }
  const schedule = asSchedule(process.schedule);
  return { process, runs: runs.items, preview: schedule && (await previewSchedule({ schedule, count: NEXT }, signal)) };
}

/** The budget, and the longest of the last runs. */
function budgetUse({ budget_s: budget }: Process, runs: readonly Run[]): string {
  const longest = Math.max(0, ...runs.map(({ duration_ms: ms }) => ms ?? 0));
  return `${duration(budget * 1_000)}; the longest of the last ${runs.length} runs took ${duration(longest)}`;
}

const About = ({ process, runs }: { readonly process: Process; readonly runs: readonly Run[] }) => (
  <Card title="Details">
    <Facts
      facts={[
        ['Next run', <Time at={process.next_run_at} own={zoneOf(process.schedule)} none="when triggered" />],
        ['Runs', process.exclusive ? 'on one instance at a time' : 'shared by all instances'],
        ['Budget', budgetUse(process, runs)],
        process.batch && ['Batch', 'runs with the other batch processes, within one budget'],
        process.missing.length > 0 && ['Missing settings', process.missing.join(', ')],
        process.paused_until !== null && ['Paused until', <Time at={process.paused_until} />],
      ]}
    />
  </Card>
);

export const OneProcess = ({ name }: { readonly name: string }) => {
  const loaded = useQuery(`process/${name}`, (signal) => load(name, signal), { everyMs: EVERY_MS });
  const process = loaded.data?.process;
  return (
    <Page
      title={name}
      parent={{ href: link(['processes']), title: 'Processes' }}
      lead={
        process && (
          <>
            <ProcessStatus process={process} present={now.value} /> {process.description && `· ${process.description}`}
          </>
        )
      }
      actions={process && <ProcessActions process={process} onDone={loaded.reload} />}
    >
      <Loaded query={loaded} lines={12}>
        {({ process, runs, preview }) => (
          <div class="main-and-side">
            <div class="stack">
              <RunningNow ids={process.running} onDone={loaded.reload} />
              <Card title="Duration of the latest runs" aside="newest on the right">
                <Spark runs={runs} large />
              </Card>
              <Latencies subject="process" name={name} />
              <Card title="Runs" flush aside={<a href={link(['runs'], { process: name })}>All runs of {name}</a>}>
                {runs.length === 0 ? (
                  <Empty title="It has not run yet">Run it manually to see what it does.</Empty>
                ) : (
                  <RunTable runs={runs.slice(0, 20)} shape="of one process" />
                )}
              </Card>
            </div>
            <div class="stack">
              {preview && (
                <ScheduleCard
                  schedule={asSchedule(process.schedule) ?? {}}
                  preview={preview}
                  editable={can('admin')}
                  onSave={(schedule) => changeProcessSchedule({ process, onDone: loaded.reload }, schedule)}
                />
              )}
              {process.schedule_overridden && (
                <Card title="Changed by an operator">
                  <p class="muted">This schedule overrides the one in code and persists across deployments.</p>
                  <div class="actions">
                    <ActionButton
                      role="admin"
                      onAct={() => act(() => changeProcessSchedule({ process, onDone: loaded.reload }, null))}
                    >
                      Revert to the schedule in code
                    </ActionButton>
                  </div>
                </Card>
              )}
              <About process={process} runs={runs} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
};
