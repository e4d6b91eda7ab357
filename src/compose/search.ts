// Looks one text up in everything that has an id or a name: each kind by an index, five of each, all at once.
import type { Database } from '../db/database.js';
import { searchRuns } from '../db/engine/queries/runs/search-runs.js';
import { searchJobs, searchJobUsers } from '../db/queue/admin-queries/search-jobs.js';
import { createKindsReader, searchOwners, searchSubscriptions } from '../db/subscriptions/list/search.js';
import { MOST_OF_A_KIND, type SearchHit, type SearchKind } from '../scheduler/contracts/search.js';
import type { Engine } from '../scheduler/index.js';
import type { JobQueue } from '../scheduler/queue/index.js';

interface Deps {
  readonly database: Database;
  readonly processes: Pick<Engine['processes'], 'definitions'>;
  readonly queue: Pick<JobQueue, 'types' | 'admin'>;
  readonly withSubscriptions: boolean;
}

const some = (...parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(', ');

const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

/** Of names, which are few, any part is found; what begins with the text comes first. */
function named(kind: SearchKind, names: readonly string[], text: string, detail: string): SearchHit[] {
  const wanted = text.toLowerCase();
  const place = (name: string): number => name.toLowerCase().indexOf(wanted);
  return [...new Set(names)]
    .filter((name) => place(name) !== -1)
    .sort((one, other) => place(one) - place(other) || one.localeCompare(other))
    .slice(0, MOST_OF_A_KIND)
    .map((name) => ({ kind, id: name, title: name, detail }));
}

/** Returns up to five hits of each kind; those that are exactly the text come first. */
export function createSearch({ database: db, processes, queue, withSubscriptions }: Deps) {
  const limit = MOST_OF_A_KIND;
  const knownKinds = createKindsReader(db);

  async function owners(column: 'user_id' | 'tenant_id', text: string): Promise<readonly string[]> {
    return withSubscriptions ? searchOwners(db, column, (await knownKinds())[column], { text, limit }) : [];
  }

  async function users(text: string): Promise<SearchHit[]> {
    const [ofSubscriptions, ofJobs] = await Promise.all([owners('user_id', text), searchJobUsers(db, text, limit)]);
    return named('user', [...ofSubscriptions, ...ofJobs], text, 'user');
  }

  const tenants = async (text: string): Promise<SearchHit[]> =>
    (await owners('tenant_id', text)).map((id) => ({ kind: 'tenant', id, title: id, detail: 'tenant' }));

  async function subscriptions(text: string): Promise<SearchHit[]> {
    if (!withSubscriptions) return [];
    const found = await searchSubscriptions(db, (await knownKinds()).id, text, limit);
    return found.map(({ id, user_id: user, tenant_id: tenant }) => ({
      ...{ kind: 'subscription', id, title: id },
      detail: some('subscription', user && `user ${user}`, tenant && `tenant ${tenant}`),
    }));
  }

  const jobs = async (text: string): Promise<SearchHit[]> =>
    (await searchJobs(db, text, limit)).map(({ id, type }) => ({
      kind: 'job',
      id,
      title: id,
      detail: some('job', type),
    }));

  const runs = async (text: string): Promise<SearchHit[]> =>
    (await searchRuns(db, text, limit)).map(({ id, process, status }) => ({
      ...{ kind: 'run', id, title: id },
      detail: some(`run of ${process}`, status),
    }));

  async function names(text: string): Promise<SearchHit[]> {
    const found = (kind: SearchKind, list: readonly string[], detail: string) => named(kind, list, text, detail);
    return [
      ...found('process', namesOf(processes.definitions()), 'process'),
      ...found('queue', namesOf(await queue.admin.queues()), 'queue'),
      ...found(
        'job_type',
        [...queue.types()].map(({ type }) => type),
        'type of jobs',
      ),
    ];
  }

  return async (text: string): Promise<readonly SearchHit[]> => {
    const found = await Promise.all([users, subscriptions, tenants, jobs, runs, names].map((search) => search(text)));
    const hits = found.flat();
    const isExact = ({ id }: SearchHit): boolean => id === text;
    return [...hits.filter(isExact), ...hits.filter((hit) => !isExact(hit))];
  };
}
