// A network of a test's own between here and one process: a network namespace on a virtual cable, whose packets can be lost for good.
// Needs Linux, root and `ip`.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

export interface FlowNetwork {
  /** Our end of the cable; servers that the process is to reach listen here. */
  readonly address: string;
  /** Both ends, for `pg_hba.conf`. */
  readonly range: string;
  /** To be put before a command that is to run on the other end. */
  readonly prefix: readonly string[];
  /** From now on every packet is lost, in both directions; neither end is told. */
  lose(): void;
  /** Packets pass again. */
  restore(): void;
  close(): void;
}

const run = (...args: readonly string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Null when such a network can be made here, else why not. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.geteuid?.() !== 0) return 'network namespaces need root';
  const name = `punctual-probe-${process.pid}`;
  try {
    run('netns', 'add', name);
    run('netns', 'del', name);
    return null;
  } catch (error) {
    return `no network namespace can be made here: ${String(error).split('\n')[0]}`;
  }
}

/** A made-up address that nobody has: what is sent to it is lost on the cable. */
const NOBODY = '02:00:00:00:00:99';

export function openFlowNetwork(): FlowNetwork {
  const id = `${process.pid.toString(36)}${randomInt(36 ** 3).toString(36)}`;
  const [space, here, there] = [`punctual-${id}`, `pu${id}h`, `pu${id}t`];
  const subnet = `10.${randomInt(100, 250)}.${randomInt(1, 250)}`;
  const [ours, theirs] = [`${subnet}.1`, `${subnet}.2`];
  const inside = (...args: string[]): string => run('-n', space, ...args);
  run('netns', 'add', space);
  try {
    run('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space);
    run('addr', 'add', `${ours}/30`, 'dev', here);
    run('link', 'set', here, 'up');
    inside('addr', 'add', `${theirs}/30`, 'dev', there);
    inside('link', 'set', there, 'up');
    inside('link', 'set', 'lo', 'up');
  } catch (error) {
    run('netns', 'del', space);
    throw error;
  }
  return {
    address: ours,
    range: `${subnet}.0/30`,
    prefix: ['ip', 'netns', 'exec', space],
    lose: () => {
      run('neigh', 'replace', theirs, 'lladdr', NOBODY, 'nud', 'permanent', 'dev', here);
      inside('neigh', 'replace', ours, 'lladdr', NOBODY, 'nud', 'permanent', 'dev', there);
    },
    restore: () => {
      run('neigh', 'del', theirs, 'dev', here);
      inside('neigh', 'del', ours, 'dev', there);
    },
    close: () => void run('netns', 'del', space),
  };
}
