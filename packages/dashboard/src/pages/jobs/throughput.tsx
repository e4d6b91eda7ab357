// How many jobs ended within the last minute, and how, as the server tells it live.
import { query } from '../../state/router.js';
import { connection, throughput } from '../../state/live.js';
import { endsInWords, lastMinute } from '../../state/throughput.js';
import { now } from '../../time/clock.js';
import { count, number } from '../../time/format.js';

/** Its line is there before the first figure is, so that nothing moves. */
export const Throughput = () => {
  const { type } = query.value;
  const last = connection.value === 'lost' ? null : lastMinute(throughput.value, now.value, type);
  const span = last === null || last.seconds === 60 ? 'in the last minute' : `in the last ${last.seconds} s`;
  return (
    <p class="muted throughput" role="group" aria-label="Throughput">
      {last === null ? '\u00a0' : `${count(last.total, 'attempt')} ended ${span}`}
      {last !== null && last.total > 0 && `: ${endsInWords(last.ends, number)}`}
    </p>
  );
};
