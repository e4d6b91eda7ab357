// A subscription of a person, with the reasons that its own page gives.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import { Reasons } from '../../components/reasons.js';
import { zoneOf } from '../../components/schedule/schedule.js';
import { link } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { zoneFor } from '../../time/zones.js';
import { reasonsOf } from '../subscriptions/reasons.js';
import { SubscriptionStatus, type Subscription } from '../subscriptions/state.js';

const EVERY_MS = 10_000;
const LEDGER_ROWS = 5;

async function load(id: string, signal: AbortSignal) {
  const [ledger, processes] = await Promise.all([
    get('/subscriptions/{id}/runs', { params: { id }, query: { limit: LEDGER_ROWS }, signal }),
    get('/processes', { signal }),
  ]);
  return { ledger: ledger.items, process: processes.items.find(({ name }) => name === 'subscriptions') };
}

export const SubscriptionOfPerson = ({ subscription }: { readonly subscription: Subscription }) => {
  const { id, schedule } = subscription;
  const loaded = useQuery(`person/subscription/${id}`, (signal) => load(id, signal), { everyMs: EVERY_MS });
  return (
    <Card
      title={`Why: subscription ${id}`}
      aside={<SubscriptionStatus subscription={subscription} present={now.value} />}
    >
      <Loaded query={loaded} lines={3}>
        {({ ledger, process }) => (
          <Reasons
            reasons={reasonsOf({
              ...{ subscription, ledger, process },
              zone: zoneFor(zoneOf(schedule)),
              present: now.value,
            })}
          />
        )}
      </Loaded>
      <p>
        <a href={link(['subscriptions', id])}>Its schedule, local days and past occurrences</a>
      </p>
    </Card>
  );
};
