// Shows that an address is suppressed, if the person was looked up by address.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Card } from '../../components/layout/page.js';
import { Reasons } from '../../components/reasons.js';
import { session } from '../../state/session.js';
import { now } from '../../time/clock.js';
import { shortTime } from '../../time/format.js';
import { zoneFor } from '../../time/zones.js';

const LooksUp = ({ address }: { readonly address: string }) => {
  const found = useQuery(`suppressed/${address}`, (signal) => get('/suppressions', { query: { address }, signal }));
  const entries = found.data?.items ?? [];
  if (entries.length === 0) return null;
  return (
    <Card title="Why: suppressed address">
      <Reasons
        reasons={entries.map(({ category, reason, created_at: since }) => ({
          tone: 'bad',
          text: `Nothing${category === '*' ? '' : ` of the category ${category}`} has been sent to ${address} since ${shortTime(since, zoneFor(), now.value)} (reason: ${reason.replaceAll('_', ' ')}).`,
          hint: 'Remove it from the suppression list once the person wants mail again.',
        }))}
      />
    </Card>
  );
};

/** Renders nothing if the person was not looked up by address, or if the notifications module is not used. */
export const Suppressed = ({ address }: { readonly address: string }) =>
  address.includes('@') && session.value?.modules.includes('notifications') ? <LooksUp address={address} /> : null;
