// What went wrong, and what to do next.
import type { ApiProblem } from '../../api/problem.js';
import { Icon } from '../icons/icon.js';

const ADVICE: Readonly<Record<string, string>> = {
  UNREACHABLE: 'Check that the server runs and that this computer is connected. This page tries again by itself.',
  PAGE_NOT_LOADED:
    'The server cannot be reached, or has a new version since this tab was opened. Try again: the tab is loaded anew.',
  DATABASE_UNAVAILABLE:
    'The server runs but cannot reach its database. It reconnects by itself once the database is back.',
  NOT_STARTED: 'The server is starting: migrations may be running. Try again in a moment.',
  FORBIDDEN: 'Your role does not allow this. Ask an administrator of this server for a token with another role.',
  TOO_MANY_REQUESTS: 'Too many wrong tokens came from this address. Wait a minute.',
  SUBSCRIPTIONS_DISABLED: 'This scheduler was created without subscriptions.',
  INTERNAL: 'The log of the server has the details, under the id of this request.',
};

const adviceFor = ({ code, status }: ApiProblem): string | undefined =>
  ADVICE[code] ??
  (status === 404 ? 'It may have been deleted, by retention or by hand, or the address is wrong.' : undefined);

interface ProblemNoteProps {
  readonly problem: ApiProblem;
  readonly onRetry?: (() => void) | undefined;
}

export const ProblemNote = ({ problem, onRetry }: ProblemNoteProps) => {
  const advice = adviceFor(problem);
  return (
    <div class="note bad" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{problem.title}</strong>
        <p>
          {problem.message} {problem.code !== 'UNKNOWN' && <code>{problem.code}</code>}
        </p>
        {problem.errors.length > 1 && (
          <ul>
            {problem.errors.map(({ path, message }) => (
              <li key={path}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {advice && <p class="muted">{advice}</p>}
        {onRetry && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
};
