// Selects the time zone in which times are shown. It is always visible and names the zone.
import { viewerZone, zoneMode, zoneName, type ZoneMode } from '../../time/zones.js';
import { Segmented } from '../form/segmented.js';
import { Icon } from '../icons/icon.js';

const shortZone = zoneName(viewerZone).split('/').at(-1) ?? viewerZone;

const OPTIONS: readonly (readonly [ZoneMode, string, string])[] = [
  ['viewer', shortZone === 'UTC' ? 'Local' : shortZone, `Your time zone: ${viewerZone}`],
  ['utc', 'UTC', 'Coordinated Universal Time'],
  ['own', 'Own zone', 'The time zone of each subscription, process or digest'],
];

export const ZoneSwitch = () => (
  <div class="zone-switch">
    <Icon name="clock" />
    <Segmented
      label="Time zone"
      value={zoneMode.value}
      options={OPTIONS}
      onChange={(mode) => (zoneMode.value = mode)}
    />
  </div>
);
