// Messages about completed actions, in a corner of the page; announced by screen readers.
import { dismiss, toasts } from '../../state/toasts.js';
import { Icon } from '../icons/icon.js';

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, kind, text, href, linkText }) => (
      <div key={id} class={`toast ${kind}`}>
        <Icon name={kind === 'done' ? 'check' : 'warning'} />
        <span>
          {text} {href && <a href={href}>{linkText ?? 'Show'}</a>}
        </span>
        <button type="button" class="bare" aria-label="Dismiss" onClick={() => dismiss(id)}>
          <Icon name="close" />
        </button>
      </div>
    ))}
  </div>
);
