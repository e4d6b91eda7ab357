// One glance: is it well, and if not, what to do.
import { StatusMark } from '../../components/icons/status.js';
import { Time } from '../../components/time.js';
import type { Status } from '../../state/live.js';
import { link, linkTo } from '../../state/router.js';
import { count } from '../../time/format.js';
import { warningsOf, type Warning } from './warnings.js';

function headline(warnings: readonly Warning[]): readonly [tone: string, mark: string, text: string] {
  const bad = warnings.filter(({ severity }) => severity === 'bad').length;
  const others = warnings.length - bad;
  if (bad > 0) {
    const rest = others > 0 ? `, ${count(others, 'more', 'more')} to look at` : '';
    return ['bad', 'dead', `${count(bad, 'thing needs', 'things need')} you now${rest}`];
  }
  if (warnings.length > 0) return ['warn', 'failed', `Running, with ${count(warnings.length, 'thing')} to look at`];
  return ['good', 'completed', 'Everything runs on time'];
}

const Calm = ({ status: { subscriptions: s } }: { readonly status: Status }) => (
  <p class="muted">
    {s === null ? (
      'This scheduler has no subscriptions.'
    ) : s.next_due_at ? (
      <>
        Next due: <Time at={s.next_due_at} />
      </>
    ) : (
      <>
        Nothing is planned yet. Your application creates subscriptions with{' '}
        <code>scheduler.subscriptions.create()</code>; <a href={link(['api', 'createSubscription'])}>try the route</a>,{' '}
        <a href={link(['lab'])}>try a schedule</a>, or <a href={link(['processes'])}>run a process by hand</a>.
      </>
    )}
  </p>
);

export const HealthCard = ({ status }: { readonly status: Status }) => {
  const warnings = warningsOf(status);
  const [tone, mark, text] = headline(warnings);
  return (
    <section class={`health tone-${tone}`} aria-label="Health">
      <StatusMark status={mark} size={18} />
      <div>
        <h2>{text}</h2>
        {warnings.length === 0 && <Calm status={status} />}
        {warnings.length > 0 && (
          <ul>
            {warnings.map(({ text, page, linkText }) => (
              <li key={text}>
                <span>{text}</span>
                <a href={linkTo(page)}>{linkText}</a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
};
