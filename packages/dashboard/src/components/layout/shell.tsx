// The layout around every page: navigation, search, time zone and connection state.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { link, segments } from '../../state/router.js';
import { session } from '../../state/session.js';
import { Confirm } from '../feedback/confirm.js';
import { Dialog } from '../feedback/dialog.js';
import { Toasts } from '../feedback/toasts.js';
import { Icon, Mark } from '../icons/icon.js';
import { ConnectionBanner, ConnectionMark } from './connection.js';
import { help, HelpDialog } from './help.js';
import { Navigation } from './navigation.js';
import { Person, ThemeButton } from './person.js';
import { SearchDialog, searching } from './search.js';
import { ZoneSwitch } from './zone-switch.js';

const menu = signal(false);

const Brand = () => (
  <a class="brand" href={link(['overview'])}>
    <Mark />
    <span>Punctual</span>
  </a>
);

const Side = () => (
  <aside class="sidebar">
    <div class="sidebar-head">
      <Brand />
      {session.value && session.value.environment !== 'production' && (
        <span class="environment">{session.value.environment}</span>
      )}
    </div>
    <Navigation />
    <div class="sidebar-foot">
      <Person />
      <span class="muted small">Version {session.value?.version}</span>
    </div>
  </aside>
);

const Top = () => (
  <header class="top">
    <button type="button" class="bare menu-button" aria-label="Pages" onClick={() => (menu.value = true)}>
      <Icon name="menu" />
    </button>
    <div class="top-brand">
      <Brand />
    </div>
    <button
      type="button"
      class="search-button"
      aria-label="Search users, jobs, runs"
      onClick={() => (searching.value = true)}
    >
      <Icon name="search" />
      <span>Search users, jobs, runs</span>
      <kbd aria-hidden="true">/</kbd>
    </button>
    <div class="top-end">
      <ConnectionMark />
      <ZoneSwitch />
      <ThemeButton />
      <button
        type="button"
        class="bare help-button"
        aria-label="Keyboard shortcuts"
        onClick={() => (help.value = true)}
      >
        ?
      </button>
    </div>
  </header>
);

export const Shell = ({ children }: { readonly children: ComponentChildren }) => {
  const place = segments.value.join('/');
  useEffect(() => void (menu.value = false), [place]);
  return (
    <div class="shell">
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Side />
      <div class="stage">
        <Top />
        <ConnectionBanner />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      {menu.value && (
        <Dialog title="Pages" kind="side" onClose={() => (menu.value = false)}>
          <Navigation />
          <Person />
        </Dialog>
      )}
      {searching.value && <SearchDialog />}
      {help.value && <HelpDialog />}
      <Confirm />
      <Toasts />
    </div>
  );
};
