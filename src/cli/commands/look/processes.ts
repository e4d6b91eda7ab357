// `punctual processes`: processes and their schedules.
import { live, lazily } from '../../kit/define.js';

export const processesCommand = () =>
  live('processes', 'processes: state, next run, last run, schedule', [['processes', 'all of them']]).action(
    lazily(async () => (await import('../../actions/look/processes.js')).processes),
  );
