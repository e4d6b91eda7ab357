// `punctual doctor`: what is wrong with this installation, and what to do about it.
import { define, lazily } from '../../kit/define.js';
import { names, seconds } from '../../kit/options.js';

export const doctorCommand = () =>
  define('doctor', 'examines the database, its settings and the services around it; exits with 1 when a check fails', [
    ['doctor', 'what is wrong, and what to do about it'],
    ['doctor --fix', 'also makes the repairs that are safe on a running system, and reports them'],
    [`doctor --json | jq '.checks[] | select(.status != "ok")'`, 'for a script'],
  ])
    .option('--fix', 'apply pending migrations, build missing indexes, vacuum, enable triggers and row security')
    .option('--only <list>', 'only these checks, comma-separated: connection, clock, "old snapshots", …', names)
    .option('--max-snapshot-age <length>', 'report older transactions; a duration such as 5m', seconds, 300)
    .action(lazily(async () => (await import('../../actions/server/doctor.js')).doctor));
