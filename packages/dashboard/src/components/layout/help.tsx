// The keyboard shortcuts.
import { signal } from '@preact/signals';
import { PAGES } from '../../pages/registry.js';
import { Dialog } from '../feedback/dialog.js';

export const help = signal(false);

const GENERAL: readonly (readonly [string, string])[] = [
  ['/', 'Search; Ctrl K also works while typing'],
  ['z', 'Next time zone: yours, UTC, own'],
  ['t', 'Next theme: system, light, dark'],
  ['?', 'This help'],
  ['Esc', 'Close'],
];

const Keys = ({ keys }: { readonly keys: string }) => (
  <>
    {keys.split(' ').map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </>
);

const List = ({ rows }: { readonly rows: readonly (readonly [string, string])[] }) => (
  <dl class="keys">
    {rows.map(([keys, what]) => (
      <div key={keys}>
        <dt>
          <Keys keys={keys} />
        </dt>
        <dd>{what}</dd>
      </div>
    ))}
  </dl>
);

export const HelpDialog = () => (
  <Dialog title="Keyboard shortcuts" onClose={() => (help.value = false)}>
    <div class="two-columns">
      <List rows={PAGES.map(({ shortcut, title }) => [`g ${shortcut}`, title] as const)} />
      <List rows={GENERAL} />
    </div>
  </Dialog>
);
