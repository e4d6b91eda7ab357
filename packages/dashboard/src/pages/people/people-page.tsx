// One person: what is scheduled for them, what ran, and why something did not reach them.
import { get } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { JobTable, type Job } from '../../components/job-table.js';
import { Card, Page } from '../../components/layout/page.js';
import { Reasons } from '../../components/reasons.js';
import { link } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { zoneFor } from '../../time/zones.js';
import type { PageProps } from '../registry.js';
import { jobReasons } from './job-reasons.js';
import { SubscriptionOfPerson } from './subscription-of-person.js';
import { Suppressed } from './suppressed.js';

const EVERY_MS = 10_000;
const MOST_SUBSCRIPTIONS = 5;
const MOST_JOBS = 25;
const SENTENCES = 8;

const NONE = { items: [], next_cursor: null };

/** A host whose user IDs are UUIDs rejects an address, which means that there are no subscriptions. */
function noneIfRefused(error: unknown): typeof NONE {
  if (error instanceof ApiProblem && error.status === 400) return NONE;
  throw error;
}

async function load(user: string, signal: AbortSignal) {
  const [subscriptions, jobs] = await Promise.all([
    get('/subscriptions', { query: { user_id: user, limit: MOST_SUBSCRIPTIONS }, signal }).catch(noneIfRefused),
    get('/jobs', { query: { user_id: user, limit: MOST_JOBS }, signal }),
  ]);
  return { subscriptions, jobs };
}

const Jobs = ({ jobs }: { readonly jobs: readonly Job[] }) => (
  <>
    <Card title="Why: jobs and mails">
      <Reasons
        reasons={jobReasons(jobs, zoneFor(), now.value).slice(0, SENTENCES)}
        after={({ jobId }) => <a href={link(['jobs', jobId])}>View job</a>}
      />
    </Card>
    <Card title="Jobs and mails" flush>
      <JobTable jobs={jobs} />
    </Card>
  </>
);

const Nothing = () => (
  <Card title="No data for this person">
    <Empty title="No subscription or job belongs to this user">
      Enter the exact ID that your application uses. You can look it up on the{' '}
      <a href={link(['subscriptions'])}>Subscriptions</a> or <a href={link(['jobs'])}>Jobs</a> page.
    </Empty>
  </Card>
);

const Person = ({ user }: { readonly user: string }) => {
  const loaded = useQuery(`person/${user}`, (signal) => load(user, signal), { everyMs: EVERY_MS });
  return (
    <Page title={`Person ${user}`} lead="What is scheduled and what has run for this person, newest first, and why.">
      <Suppressed address={user} />
      <Loaded query={loaded} lines={10}>
        {({ subscriptions, jobs }) => (
          <div class="stack">
            {subscriptions.items.map((subscription) => (
              <SubscriptionOfPerson key={subscription.id} subscription={subscription} />
            ))}
            {subscriptions.next_cursor && (
              <a href={link(['subscriptions'], { user_id: user })}>All subscriptions of {user}</a>
            )}
            {jobs.items.length > 0 && <Jobs jobs={jobs.items} />}
            {jobs.next_cursor && <a href={link(['jobs'], { user_id: user })}>All jobs of {user}</a>}
            {subscriptions.items.length === 0 && jobs.items.length === 0 && <Nothing />}
          </div>
        )}
      </Loaded>
    </Page>
  );
};

export default function PeoplePage({ rest: [user] }: PageProps) {
  return user === undefined ? (
    <Page title="Person">
      <Empty title="Who are you looking for?">Press / and type the ID of a user or customer.</Empty>
    </Page>
  ) : (
    <Person key={user} user={user} />
  );
}
