// The time zone data of Node.js, which decides what fires, against that of PostgreSQL, which host queries use.
import { readZoneOffsets } from '../../../../db/doctor/zone-offsets.js';
import { intlZoneRules, tzVersion } from '../../../../scheduler/schedule/index.js';
import { plural } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface ZoneDifference {
  readonly zone: string;
  /** The first moment at which the two disagree. */
  readonly at: string;
  readonly nodeS: number;
  readonly postgresS: number;
}

export interface ZoneFacts {
  readonly version: string;
  readonly compared: number;
  readonly unknown: readonly string[];
  readonly different: readonly ZoneDifference[];
}

const SHOWN = 5;
const MONTHS = 24;
const MONTH_MS = 2_629_746_000;

function decideTimeZones({ version, compared, unknown, different }: ZoneFacts): Finding {
  if (different.length > 0) {
    const shown = different.slice(0, SHOWN).map(({ zone, at }) => `${zone} from ${at.slice(0, 10)}`);
    return {
      status: 'warn',
      message: `Node.js (tz ${version}) and PostgreSQL disagree about ${plural(different.length, 'time zone')}: ${shown.join(', ')}`,
      todo: 'upgrade the older of the two: Node.js decides when schedules fire, PostgreSQL decides the result of AT TIME ZONE',
    };
  }
  const missing = unknown.length === 0 ? '' : `; PostgreSQL does not know ${unknown.slice(0, SHOWN).join(', ')}`;
  return ok(`tz ${version}: ${compared} zones agree for the next two years${missing}`);
}

async function probe({ db, clock }: Patient): Promise<ZoneFacts> {
  const zones = Intl.supportedValuesOf('timeZone');
  const start = clock.now().getTime();
  const months = Array.from({ length: MONTHS }, (_, i) => Math.floor((start + i * MONTH_MS) / 1_000) * 1_000);
  const offsets = await readZoneOffsets(db, zones, months);
  return compareOffsets(zones, offsets);
}

type Offset = Awaited<ReturnType<typeof readZoneOffsets>>[number];

/** Pure, apart from the data of this Node.js. */
function compareOffsets(zones: readonly string[], offsets: readonly Offset[]): ZoneFacts {
  const different = new Map<string, ZoneDifference>();
  const rules = new Map(zones.map((zone) => [zone, intlZoneRules(zone)]));
  for (const { zone, at_ms: atMs, offset_s: postgresS } of [...offsets].sort((a, b) => a.at_ms - b.at_ms)) {
    const nodeS = (rules.get(zone)?.(atMs) ?? 0) / 1_000;
    if (nodeS === postgresS || different.has(zone)) continue;
    different.set(zone, { zone, at: new Date(atMs).toISOString(), nodeS, postgresS });
  }
  const known = new Set(offsets.map(({ zone }) => zone));
  return {
    version: tzVersion(),
    compared: known.size,
    unknown: zones.filter((zone) => !known.has(zone)),
    different: [...different.values()],
  };
}

export const timeZones = defineCheck<ZoneFacts>({
  name: 'time zones',
  needsDatabase: true,
  probe,
  decide: decideTimeZones,
});
