// `punctual cancel run|job`.
import { group, live, lazily } from '../../kit/define.js';

const load = () => import('../../actions/act/cancel.js');

export function cancelCommand() {
  const command = group('cancel', 'stops a run or a job');
  command.addCommand(
    live('run', 'stops a run on any instance: nothing new is started, and started work is settled', [
      ['cancel run 7b1c…', ''],
    ])
      .argument('<id>', 'of the run')
      .action(lazily(async () => (await load()).cancelRun)),
  );
  command.addCommand(
    live('job', 'cancels a job, running or not; a recurring one ends with it', [
      ['cancel job 018f… --reason "wrong customer"', ''],
    ])
      .argument('<id>', 'of the job')
      .option('--reason <text>', 'kept with the job')
      .action(lazily(async () => (await load()).cancelJob)),
  );
  return command;
}
