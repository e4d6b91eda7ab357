// Shows when the data may be out of date, because the connection is lost or being re-established.
import { connection, refreshStatus } from '../../state/live.js';

export const ConnectionMark = () => {
  const live = connection.value === 'live';
  const words = { live: 'Live', connecting: 'Polling', lost: 'Offline', resting: 'Paused' }[connection.value];
  return (
    <span class={`connection ${connection.value}`} title={live ? 'Changes appear automatically' : undefined}>
      <i aria-hidden="true" />
      {words}
    </span>
  );
};

export const ConnectionBanner = () => (
  <div role="status" aria-live="polite">
    {connection.value === 'lost' && (
      <div class="banner">
        <span>
          <strong>Connection lost.</strong> The data shown may be out of date. Retrying automatically.
        </span>
        <button type="button" class="quiet" onClick={() => void refreshStatus()}>
          Retry now
        </button>
      </div>
    )}
  </div>
);
