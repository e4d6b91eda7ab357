// Keyboard shortcuts that work on every page, except while the user is typing.
import { help } from '../components/layout/help.js';
import { searching } from '../components/layout/search.js';
import { PAGES } from '../pages/registry.js';
import { ZONE_MODES, zoneMode } from '../time/zones.js';
import { link, navigate } from './router.js';
import { nextTheme } from './theme.js';

const CHORD_MS = 1_500;
let chordUntil = 0;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const SINGLE: Readonly<Record<string, () => void>> = {
  '/': () => void (searching.value = true),
  '?': () => void (help.value = true),
  z: () => void (zoneMode.value = ZONE_MODES[(ZONE_MODES.indexOf(zoneMode.value) + 1) % ZONE_MODES.length] ?? 'viewer'),
  t: nextTheme,
};

function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    event.preventDefault();
    searching.value = true;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]')) return;
  const afterG = event.timeStamp < chordUntil;
  chordUntil = 0;
  if (afterG) {
    const page = PAGES.find(({ shortcut }) => shortcut === event.key);
    if (page) return navigate(link([page.path]));
  }
  if (event.key === 'g') chordUntil = event.timeStamp + CHORD_MS;
  const action = SINGLE[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

export const startKeyboard = (): void => document.addEventListener('keydown', onKey);
