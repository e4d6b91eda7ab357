// One subscription: its schedule, local days, reasons for its state, and actions.
import { get, type Schemas } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { WholeId } from '../../components/copy.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Facts, Json, Page } from '../../components/layout/page.js';
import { asSchedule, zoneOf, type Schedule } from '../../components/schedule/schedule.js';
import { previewSchedule } from '../../components/schedule/preview.js';
import { ScheduleCard } from '../../components/schedule/schedule-card.js';
import { Time } from '../../components/time.js';
import { link } from '../../state/router.js';
import { can } from '../../state/session.js';
import { now } from '../../time/clock.js';
import { zoneName } from '../../time/zones.js';
import { DayStrip } from './day-strip.js';
import { Ledger } from './ledger.js';
import { changeSchedule, SubscriptionActions } from './one-actions.js';
import { SubscriptionStatus, type Subscription } from './state.js';
import { Why } from './why.js';

const EVERY_MS = 10_000;
const LEDGER_ROWS = 100;
const NEXT = 10;
const PAST_DAYS = 14;

interface Loaded {
  readonly subscription: Subscription;
  readonly ledger: readonly Schemas['LedgerEntry'][];
  readonly timeline: Schemas['Timeline'];
  readonly preview: Schemas['Preview'];
}

async function load(id: string, signal: AbortSignal): Promise<Loaded> {
  const [subscription, ledger, timeline] = await Promise.all([
    get('/subscriptions/{id}', { params: { id }, signal }),
    get('/subscriptions/{id}/runs', { params: { id }, query: { limit: LEDGER_ROWS }, signal }),
    get('/subscriptions/{id}/timeline', { params: { id }, query: { past_days: PAST_DAYS, next: NEXT }, signal }),
  ]);
  return {
    subscription,
    ledger: ledger.items,
    timeline,
    preview: await previewOf(asSchedule(subscription.schedule) ?? {}, signal),
  };
}

const previewOf = (schedule: Schedule, signal: AbortSignal): Promise<Schemas['Preview']> =>
  previewSchedule({ schedule, count: NEXT }, signal);

const About = ({ subscription }: { readonly subscription: Subscription }) => {
  const zone = zoneOf(subscription.schedule);
  return (
    <Card title="Details">
      <Facts
        facts={[
          ['User', subscription.user_id ?? '–'],
          ['Tenant', subscription.tenant_id ?? '–'],
          ['Time zone', zoneName(zone)],
          ['Next run', <Time at={subscription.next_run_at} own={zone} none="none" />],
          ['Last run', <Time at={subscription.last_run_at} own={zone} none="never" />],
          ['Consecutive failures', String(subscription.consecutive_failures)],
          ['Created', <Time at={subscription.created_at} own={zone} />],
          ['Id', <WholeId id={subscription.id} />],
        ]}
      />
      {Object.keys((subscription.metadata as object | null) ?? {}).length > 0 && (
        <Json value={subscription.metadata} label="Metadata" />
      )}
    </Card>
  );
};

export const OneSubscription = ({ id }: { readonly id: string }) => {
  const loaded = useQuery(`subscription/${id}`, (signal) => load(id, signal), { everyMs: EVERY_MS });
  const subscription = loaded.data?.subscription;
  return (
    <Page
      title={subscription?.user_id ? `User ${subscription.user_id}` : `Subscription ${id}`}
      parent={{ href: link(['subscriptions']), title: 'Subscriptions' }}
      lead={
        loaded.data && (
          <>
            <SubscriptionStatus subscription={loaded.data.subscription} present={now.value} /> ·{' '}
            {loaded.data.preview.description}
          </>
        )
      }
      actions={subscription && <SubscriptionActions subscription={subscription} onDone={loaded.reload} />}
    >
      <Loaded query={loaded} lines={14}>
        {({ subscription, ledger, timeline, preview }) => (
          <>
            <Card title="Local days" flush aside={<span>{zoneName(timeline.zone)} time</span>}>
              <DayStrip timeline={timeline} />
            </Card>
            <div class="main-and-side">
              <div class="stack">
                <Card title="Why">
                  <Why subscription={subscription} />
                </Card>
                <Card title="Past occurrences" flush>
                  {ledger.length === 0 ? (
                    <Empty title="Nothing has been due yet">The first occurrence appears here once it has run.</Empty>
                  ) : (
                    <Ledger entries={ledger} zone={zoneOf(subscription.schedule)} />
                  )}
                </Card>
              </div>
              <div class="stack">
                <ScheduleCard
                  schedule={asSchedule(subscription.schedule) ?? {}}
                  preview={preview}
                  editable={can('operator')}
                  onSave={(schedule) => changeSchedule(subscription, schedule, loaded.reload)}
                />
                <About subscription={subscription} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
};
