// Looks a text up: pages by name at once, and things of the API by id, user or tenant.
import type { IconName } from '../components/icons/icon.js';
import { PAGES } from '../pages/registry.js';
import { link } from '../state/router.js';
import { session } from '../state/session.js';
import { get } from './client.js';

export interface Hit {
  readonly href: string;
  readonly title: string;
  readonly note: string;
  readonly icon: IconName;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const WHOLE_NUMBER = /^[1-9]\d{0,18}$/;
const MOST = 5;

const pagesFor = (text: string): Hit[] =>
  PAGES.filter(({ title }) => title.toLowerCase().includes(text.toLowerCase())).map(({ path, title, icon }) => ({
    href: link([path]),
    note: 'page',
    ...{ title, icon },
  }));

type Find = (text: string, signal: AbortSignal) => Promise<readonly Hit[]>;

const subscriptionHit = ({
  id,
  user_id,
  tenant_id,
}: {
  id: string;
  user_id: string | null;
  tenant_id: string | null;
}): Hit => ({
  href: link(['subscriptions', id]),
  title: id,
  note: ['subscription', user_id && `user ${user_id}`, tenant_id && `tenant ${tenant_id}`].filter(Boolean).join(', '),
  icon: 'subscriptions',
});

/** The ids of the host are either all UUIDs or all numbers; one of them tells. */
const haveNumbers = async (signal: AbortSignal): Promise<boolean> =>
  WHOLE_NUMBER.test((await get('/subscriptions', { query: { limit: 1 }, signal })).items[0]?.id ?? '');

const byId: Find = async (id, signal) => {
  const isId = UUID.test(id) || (WHOLE_NUMBER.test(id) && (await haveNumbers(signal)));
  return isId ? [subscriptionHit(await get('/subscriptions/{id}', { params: { id }, signal }))] : [];
};

const byOwner =
  (field: 'user_id' | 'tenant_id'): Find =>
  async (text, signal) =>
    (await get('/subscriptions', { query: { [field]: text, limit: MOST }, signal })).items.map(subscriptionHit);

const jobById: Find = async (id, signal) => {
  if (!UUID.test(id)) return [];
  const job = await get('/jobs/{id}', { params: { id }, signal });
  return [{ href: link(['jobs', job.id]), title: job.id, note: `job, ${job.type}, ${job.status}`, icon: 'jobs' }];
};

const jobsOfUser: Find = async (text, signal) =>
  (await get('/jobs', { query: { user_id: text, limit: MOST }, signal })).items.map((job) => ({
    href: link(['jobs', job.id]),
    title: job.type,
    note: `job of user ${text}, ${job.status}`,
    icon: 'jobs',
  }));

/** Whether nothing is sent to this address, which is all that is known of somebody by it. */
async function isSuppressed(address: string, signal: AbortSignal): Promise<boolean> {
  if (!address.includes('@') || !session.value?.modules.includes('notifications')) return false;
  return (await get('/suppressions', { query: { address, limit: 1 }, signal }).catch(() => null))?.items.length === 1;
}

/** One person first, then what is theirs. */
const ofPerson: Find = async (text, signal) => {
  const suppressed = isSuppressed(text, signal);
  const found = await Promise.allSettled([byOwner('user_id')(text, signal), jobsOfUser(text, signal)]);
  const hits = found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  if (hits.length === 0 && !(await suppressed)) return [];
  const note = 'person: everything of theirs, and why';
  return [{ href: link(['people', text]), title: text, note, icon: 'person' }, ...hits];
};

const runById: Find = async (id, signal) => {
  if (!UUID.test(id)) return [];
  const run = await get('/runs/{id}', { params: { id }, signal });
  return [{ href: link(['runs', run.id]), title: run.id, note: `run of ${run.process}, ${run.status}`, icon: 'runs' }];
};

const FINDERS: readonly Find[] = [byId, jobById, runById, ofPerson, byOwner('tenant_id')];

/** Pages only, for an empty text. What is not there is no hit; each thing once. */
export async function find(text: string, signal: AbortSignal): Promise<readonly Hit[]> {
  if (text === '') return pagesFor('');
  const found = await Promise.allSettled(FINDERS.map((finder) => finder(text, signal)));
  signal.throwIfAborted();
  const hits = found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  return [...new Map([...hits, ...pagesFor(text)].map((hit) => [hit.href, hit])).values()];
}
