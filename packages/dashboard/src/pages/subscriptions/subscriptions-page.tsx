// Subscriptions: the list, or one of them.
import type { PageProps } from '../registry.js';
import { SubscriptionList } from './list.js';
import { OneSubscription } from './one.js';
import './subscriptions.css';

export default function SubscriptionsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <SubscriptionList /> : <OneSubscription key={id} id={id} />;
}
