// The first page: health, upcoming work and recent runs at a glance.
import { Skeleton } from '../../components/feedback/loaded.js';
import { Page } from '../../components/layout/page.js';
import { status } from '../../state/live.js';
import { Coming } from './coming.js';
import { HealthCard } from './health-card.js';
import { Instances, Receivers } from './parts.js';
import { LatestRuns, PastDays } from './past.js';
import { Tiles } from './tiles.js';
import './overview.css';

export default function OverviewPage() {
  const state = status.value;
  return (
    <Page title="Overview">
      {state === null ? (
        <Skeleton lines={4} />
      ) : (
        <>
          <HealthCard status={state} />
          <Tiles status={state} />
        </>
      )}
      <div class="overview">
        <Coming />
        <PastDays />
        <LatestRuns />
        {state && (
          <div class="stack area-parts">
            <Instances status={state} />
            <Receivers status={state} />
          </div>
        )}
      </div>
    </Page>
  );
}
