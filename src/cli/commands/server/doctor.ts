// `punctual doctor`: what is wrong with this installation, and what to do about it.
import { define, lazily } from '../../kit/define.js';
import { names, seconds } from '../../kit/options.js';

export const doctorCommand = () =>
  define('doctor', 'examines the database, its settings and the services around it; exits with 1 when a check fails', [
    ['doctor', 'what is wrong, and what to do about it'],
    ['doctor --fix', 'also does what is safe on a running system, and says what it did'],
    [`doctor --json | jq '.checks[] | select(.status != "ok")'`, 'for a script'],
  ])
    .option('--fix', 'apply pending migrations, build missing indexes, vacuum, switch triggers and row security on')
    .option('--only <list>', 'these checks alone, comma-separated: connection, clock, "old snapshots", …', names)
    .option('--max-snapshot-age <length>', 'report older transactions; a length such as 5m', seconds, 300)
    .action(lazily(async () => (await import('../../actions/server/doctor.js')).doctor));
