// The way to every page, those of modules included.
import { PAGES } from '../../pages/registry.js';
import { status } from '../../state/live.js';
import { link, segments } from '../../state/router.js';
import { session } from '../../state/session.js';
import { compact } from '../../time/format.js';
import { Icon, type IconName } from '../icons/icon.js';

interface Entry {
  readonly href: string;
  readonly title: string;
  readonly icon: IconName;
  readonly current: boolean;
  readonly shortcut?: string;
  /** How much waits there for a decision. */
  readonly waiting?: string | undefined;
}

const GROUPS = ['Watch', 'Plan', 'Work', 'System'] as const;

/** Dead letters, which nobody else brings to mind. */
function waitingAt(path: string): string | undefined {
  const queue = status.value?.queue;
  const dead = queue?.counts.dead ?? 0;
  return path === 'dead' && dead > 0 ? `${compact(dead)}${queue?.counts_capped ? '+' : ''}` : undefined;
}

const entriesOf = (group: (typeof GROUPS)[number]): Entry[] =>
  PAGES.filter((page) => page.group === group).map(({ path, title, icon, shortcut }) => ({
    href: link([path]),
    current: (segments.value[0] ?? 'overview') === path,
    waiting: waitingAt(path),
    ...{ title, icon, shortcut },
  }));

const moduleEntries = (): Entry[] =>
  (session.value?.pages ?? []).map(({ module, name, title }) => ({
    href: link(['modules', module, name]),
    title,
    icon: 'module',
    current: segments.value[0] === 'modules' && segments.value[1] === module && segments.value[2] === name,
  }));

const Group = ({ title, entries }: { readonly title: string; readonly entries: readonly Entry[] }) =>
  entries.length === 0 ? null : (
    <div class="nav-group">
      <h2>{title}</h2>
      <ul>
        {entries.map(({ href, title, icon, current, shortcut, waiting }) => (
          <li key={href}>
            <a href={href} aria-current={current ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{title}</span>
              {waiting && <b class="nav-count">{waiting}</b>}
              {shortcut && <kbd aria-hidden="true">g {shortcut}</kbd>}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );

export const Navigation = () => (
  <nav class="navigation" aria-label="Pages">
    {GROUPS.slice(0, 3).map((group) => (
      <Group key={group} title={group} entries={entriesOf(group)} />
    ))}
    <Group title="Modules" entries={moduleEntries()} />
    <Group title="System" entries={entriesOf('System')} />
  </nav>
);
