// Answers the question of the night: did this customer get it, when, and if not, why? The server decides; `punctual explain` says the same.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { Reasons } from '../../components/reasons.js';
import { zoneOf } from '../../components/schedule/schedule.js';
import { zoneFor } from '../../time/zones.js';
import type { Subscription } from './state.js';

const EVERY_MS = 10_000;

/** What changes the reasons at once: they are asked for again when it does. */
const stateOf = ({ active, paused_until: until, status, next_run_at: next }: Subscription): string =>
  JSON.stringify([active, until, status, next]);

export const Why = ({ subscription }: { readonly subscription: Subscription }) => {
  const { id, schedule } = subscription;
  const zone = zoneFor(zoneOf(schedule));
  const why = useQuery(
    `subscription/${id}/why/${zone}/${stateOf(subscription)}`,
    (signal) => get('/subscriptions/{id}/why', { params: { id }, query: { zone }, signal }),
    { everyMs: EVERY_MS },
  );
  return (
    <Loaded query={why} lines={3}>
      {({ reasons }) => <Reasons reasons={reasons} />}
    </Loaded>
  );
};
