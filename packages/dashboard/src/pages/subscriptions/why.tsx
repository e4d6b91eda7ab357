// Answers the question of the night: did this customer get it, when, and if not, why?
import { get, type Schemas } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Card } from '../../components/layout/page.js';
import { Reasons } from '../../components/reasons.js';
import { zoneOf } from '../../components/schedule/schedule.js';
import { now } from '../../time/clock.js';
import { zoneFor } from '../../time/zones.js';
import { reasonsOf } from './reasons.js';
import type { Subscription } from './state.js';

interface WhyProps {
  readonly subscription: Subscription;
  readonly ledger: readonly Schemas['LedgerEntry'][];
}

export const Why = ({ subscription, ledger }: WhyProps) => {
  const processes = useQuery('processes', (signal) => get('/processes', { signal }));
  const process = processes.data?.items.find(({ name }) => name === 'subscriptions');
  const reasons = reasonsOf({
    ...{ subscription, ledger, process },
    zone: zoneFor(zoneOf(subscription.schedule)),
    present: now.value,
  });
  return (
    <Card title="Why">
      <Reasons reasons={reasons} />
    </Card>
  );
};
