// The login page. If the host authenticates users, it asks them to log in there.
import { useState } from 'preact/hooks';
import { asProblem, type ApiProblem } from '../api/problem.js';
import { ProblemNote } from '../components/feedback/problem.js';
import { Mark } from '../components/icons/icon.js';
import { logIn, type SessionState } from '../state/session.js';

const TokenForm = () => {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    await logIn(token.trim()).catch((error: unknown) => setProblem(asProblem(error)));
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>Admin token</span>
        <input
          type="password"
          name="token"
          autoComplete="current-password"
          required
          autofocus
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <small class="muted">
          One of the tokens in <code>ADMIN_TOKEN</code>. In development, the server prints it when it starts.
        </small>
      </label>
      {problem?.status === 401 ? (
        <p class="field-error" role="alert">
          This token is not accepted.
        </p>
      ) : (
        problem && <ProblemNote problem={problem} />
      )}
      <button type="submit" class="primary" disabled={busy || token.trim() === ''}>
        {busy ? 'Logging in…' : 'Log in'}
      </button>
    </form>
  );
};

type Out = Extract<SessionState, { kind: 'out' }>;

export const LoginPage = ({ by, because }: Omit<Out, 'kind'>) => (
  <main class="login">
    <div class="login-card">
      <div class="brand">
        <Mark />
        <span>Punctual</span>
      </div>
      <h1>{by === 'host' ? 'Log in to your application first' : 'Log in'}</h1>
      {because && <p class="muted">{because}</p>}
      {by === 'host' ? (
        <>
          <p>
            This dashboard uses the session of the application that it is part of. Log in there, then reload this page.
          </p>
          <button type="button" class="primary" onClick={() => location.reload()}>
            Reload
          </button>
        </>
      ) : (
        <TokenForm />
      )}
    </div>
  </main>
);
