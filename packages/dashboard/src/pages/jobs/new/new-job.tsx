// A new job by hand, of a type that this server knows; `?from=` begins with what another job had.
import { get, type Schemas } from '../../../api/client.js';
import { useQuery } from '../../../api/use-query.js';
import { Empty, Loaded } from '../../../components/feedback/loaded.js';
import { Field } from '../../../components/form/field.js';
import type { Job } from '../../../components/job-table.js';
import { Card, Page } from '../../../components/layout/page.js';
import { DataTable } from '../../../components/table/data-table.js';
import { link, query, setFilters } from '../../../state/router.js';
import { JobForm } from './job-form.js';

type JobType = Schemas['JobType'];

interface Start {
  readonly types: readonly JobType[];
  readonly from: Job | null;
}

async function load(from: string | undefined, signal: AbortSignal): Promise<Start> {
  const [types, job] = await Promise.all([
    get('/jobs/types', { signal }),
    from === undefined ? null : get('/jobs/{id}', { params: { id: from }, signal }),
  ]);
  return { types: types.items, from: job };
}

const TypeField = ({ types, type }: { readonly types: readonly JobType[]; readonly type: JobType }) => (
  <div class="fields json-fields">
    <Field label="Type" note={type.description ?? undefined}>
      <select
        value={type.type}
        onChange={({ currentTarget: { value } }) => setFilters({ type: value, from: undefined })}
      >
        {types.map(({ type: name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </Field>
  </div>
);

const TypeChoice = ({ types }: { readonly types: readonly JobType[] }) => (
  <DataTable
    caption="Types of jobs"
    rows={types}
    keyOf={({ type }) => type}
    columns={[
      {
        key: 'type',
        title: 'Of which type?',
        cell: ({ type }) => (
          <a class="row-link" href={link(['jobs', 'new'], { type })}>
            {type}
          </a>
        ),
      },
      { key: 'description', title: 'What it does', cell: ({ description }) => description },
      { key: 'queue', title: 'Queue', cell: ({ queue }) => queue },
    ]}
  />
);

const Form = ({ start: { types, from } }: { readonly start: Start }) => {
  const wanted = from?.type ?? query.value.type;
  const type = types.find((one) => one.type === wanted) ?? (types.length === 1 ? types[0] : undefined);
  if (types.length === 0) {
    return (
      <Card title="Job" untitled>
        <Empty title="This server knows no type of job">
          Define one with <code>defineJob()</code>, and pass it to <code>createScheduler</code> or to a module.
        </Empty>
      </Card>
    );
  }
  return (
    <>
      {wanted !== undefined && type === undefined && (
        <p class="note warn">This server does not know the type {wanted}: enqueue it where it is defined.</p>
      )}
      {type === undefined ? (
        <Card title="Types of jobs" flush untitled>
          <TypeChoice types={types} />
        </Card>
      ) : (
        <Card title="Job" untitled>
          <div class="stack">
            <TypeField types={types} type={type} />
            <JobForm key={`${type.type} ${from?.id ?? ''}`} type={type} from={from} />
          </div>
        </Card>
      )}
    </>
  );
};

export const NewJob = () => {
  const from = query.value.from;
  const start = useQuery(`jobs/new/${from ?? ''}`, (signal) => load(from, signal));
  return (
    <Page
      title="New job"
      parent={{ href: link(['jobs']), title: 'Jobs' }}
      lead="Its type says what the payload has to look like; the server checks it before it takes the job."
    >
      <Loaded query={start} lines={6}>
        {(loaded) => <Form start={loaded} />}
      </Loaded>
    </Page>
  );
};
