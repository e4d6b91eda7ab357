// What is shown: the login, or the frame with a page in it.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { notLoaded, type ApiProblem } from './api/problem.js';
import { Skeleton } from './components/feedback/loaded.js';
import { ProblemNote } from './components/feedback/problem.js';
import { Page } from './components/layout/page.js';
import { Shell } from './components/layout/shell.js';
import { LoginPage } from './pages/login-page.js';
import { pageAt, type PageEntry, type PageProps } from './pages/registry.js';
import { startLive } from './state/live.js';
import { link, segments } from './state/router.js';
import { loadSession, sessionState } from './state/session.js';

const made = new Map<string, ComponentType<PageProps>>();

const Loader = ({ entry, rest }: { readonly entry: PageEntry; readonly rest: readonly string[] }) => {
  const [problem, setProblem] = useState<ApiProblem>();
  const [, setLoaded] = useState('');
  const Found = made.get(entry.path);
  useEffect(() => {
    if (made.has(entry.path)) return;
    entry.load().then(
      (loaded) => {
        made.set(entry.path, loaded.default);
        setLoaded(entry.path);
      },
      () => setProblem(notLoaded()),
    );
  }, [entry]);
  if (Found) return <Found rest={rest} />;
  return problem ? <ProblemNote problem={problem} onRetry={() => location.reload()} /> : <Skeleton lines={10} />;
};

const Content = () => {
  const [first, ...rest] = segments.value;
  const entry = pageAt(first);
  if (!entry) {
    return (
      <Page title="There is no such page">
        <p>
          <a href={link(['overview'])}>Go to the overview</a>, or press <kbd>/</kbd> to search.
        </p>
      </Page>
    );
  }
  return <Loader key={entry.path} entry={entry} rest={rest} />;
};

const Inside = () => {
  useEffect(startLive, []);
  return (
    <Shell>
      <Content />
    </Shell>
  );
};

export const App = () => {
  const state = sessionState.value;
  switch (state.kind) {
    case 'loading':
      return <div class="loading-page" aria-busy="true" aria-label="Loading" />;
    case 'out':
      return <LoginPage by={state.by} because={state.because} />;
    case 'unreachable':
      return (
        <main class="login">
          <div class="login-card">
            <h1>The server does not respond</h1>
            <ProblemNote problem={state.problem} onRetry={() => void loadSession()} />
          </div>
        </main>
      );
    case 'in':
      return <Inside />;
  }
};
