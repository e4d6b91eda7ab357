// The time zone in which times are shown: the viewer's, UTC, or that of the item. Kept in this browser.
import { effect, signal } from '@preact/signals';
import { recall, remember } from '../state/storage.js';

export const ZONE_MODES = ['viewer', 'utc', 'own'] as const;
export type ZoneMode = (typeof ZONE_MODES)[number];

const KEY = 'punctual.zone';

/** The zone of this browser. */
export const viewerZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const isMode = (text: string | null): text is ZoneMode => (ZONE_MODES as readonly (string | null)[]).includes(text);

function storedMode(): ZoneMode {
  const text = recall(KEY);
  return isMode(text) ? text : 'viewer';
}

export const zoneMode = signal<ZoneMode>(storedMode());
effect(() => remember(KEY, zoneMode.value));

/** The zone in which to show a time. `own`: that of the item that the time belongs to, if it has one. */
export function zoneFor(own?: string | null): string {
  if (zoneMode.value === 'utc') return 'UTC';
  if (zoneMode.value === 'own' && own) return own;
  return viewerZone;
}

/** The display name of a time zone. */
export const zoneName = (zone: string): string => zone.replaceAll('_', ' ');
