// A subscription of a person, with the same reasons as on its own page.
import { Card } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { SubscriptionStatus, type Subscription } from '../subscriptions/state.js';
import { Why } from '../subscriptions/why.js';

export const SubscriptionOfPerson = ({ subscription }: { readonly subscription: Subscription }) => (
  <Card
    title={`Why: subscription ${subscription.id}`}
    aside={<SubscriptionStatus subscription={subscription} present={now.value} />}
  >
    <Why subscription={subscription} />
    <p>
      <a href={link(['subscriptions', subscription.id])}>Schedule, local days and past occurrences</a>
    </p>
  </Card>
);
