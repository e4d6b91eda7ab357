// Validates time zone names: only IANA names that the runtime knows; with a suggestion for other names.
import { IANAZone } from 'luxon';
import { editDistance } from '../../../base/options/closest-word.js';
import { WINDOWS_ZONES } from './windows-zones.js';
import { spelledZone } from './zone-spelling.js';

/** Abbreviations and private names that ICU accepts as zones, but that are not in the IANA database and are ambiguous. */
const NOT_IANA = new Set(
  (
    'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST ' +
    'US/PACIFIC-NEW CANADA/EAST-SASKATCHEWAN'
  ).split(' '),
);
const SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

export interface ZoneNames {
  /** The name as the database spells it, or null when it is not an IANA zone of this runtime. */
  resolve(name: string): string | null;
  /** A suggestion: the IANA zone of a Windows name, or the closest spelling. */
  suggest(name: string): string | null;
}

function nearest(name: string, names: Iterable<string>): string | null {
  const wanted = name.toLowerCase().replaceAll(' ', '_');
  let best: { name: string; away: number } | null = null;
  for (const candidate of names) {
    const lower = candidate.toLowerCase();
    if (lower.endsWith(`/${wanted}`)) return candidate;
    const away = editDistance(wanted, lower, 3);
    if (away <= 3 && (best === null || away < best.away)) best = { name: candidate, away };
  }
  return best?.name ?? null;
}

/** The maximum number of names to remember: they come from users. */
const MAX_REMEMBERED = 2_000;

export function createZoneNames(): ZoneNames {
  const spelled = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]));
  const remembered = new Map<string, string | null>();
  const look = (name: string): string | null => {
    if (name.length > 64 || !SHAPE.test(name)) return null;
    const listed = spelled.get(name.toLowerCase());
    if (listed !== undefined) return listed;
    const upper = name.toUpperCase();
    if (NOT_IANA.has(upper) || upper.startsWith('SYSTEMV/') || !IANAZone.isValidZone(name)) return null;
    return spelledZone(name);
  };
  return {
    resolve(name) {
      let known = remembered.get(name);
      if (known === undefined) {
        if (remembered.size >= MAX_REMEMBERED) remembered.clear();
        remembered.set(name, (known = look(name)));
      }
      return known;
    },
    suggest(name) {
      const lower = name.trim().toLowerCase();
      if (Object.hasOwn(WINDOWS_ZONES, lower)) return WINDOWS_ZONES[lower] as string;
      return name.length <= 64 ? nearest(name.trim(), spelled.values()) : null;
    },
  };
}
