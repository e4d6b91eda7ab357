// Prometheus' own checker of rules. Needs Debian's package `prometheus`; `.ci/run` installs it.
import { spawnSync } from 'node:child_process';

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** In the folder `ops`. Returns its exit code and all that it printed. */
export function promtool(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: 'ops', encoding: 'utf8' });
  return { code: status, output: `${stdout}${stderr}` };
}
