// PostgreSQL refuses to run as root: decides which user its processes run as, and what that user can reach.
import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { SchedulerError } from '../../base/errors.js';

/** The user that the server's processes run as; null: the user of this process. */
export type Identity = { readonly uid: number; readonly gid: number } | null;

const lookUp = (flag: '-u' | '-g', name: string): number | null => {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
};

function userNamed(name: string): Identity {
  const uid = lookUp('-u', name);
  const gid = lookUp('-g', name);
  return uid === null || gid === null ? null : { uid, gid };
}

/** If this process is not root: its own user. If it is root: the owner of the data folder, or the user `postgres`, or else `nobody`. */
export async function chooseIdentity(dataDir: string): Promise<Identity> {
  if (process.geteuid?.() !== 0) return null;
  const owner = await stat(dataDir).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const found = userNamed('postgres') ?? userNamed('nobody');
  if (found) return found;
  throw new SchedulerError(
    'EMBEDDED_DATABASE',
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody": start as another user, or set DATABASE_URL',
  );
}

/** Whether that user may enter the folder, parents included. */
export function canEnter(folder: string, identity: Identity): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', ...identity });
  return status === 0;
}
