// The folder of a cluster: its location and its owner.
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { canEnter, type Identity } from './identity.js';

export interface DataFolder {
  /** Our own files next to the cluster. */
  readonly path: string;
  readonly cluster: string;
}

/** The name of a folder in which initdb works: `initdb-<pid of its creator>-<random>`. */
export const DRAFT = /^initdb-(\d+)-/;

export async function own(folder: string, identity: Identity): Promise<void> {
  if (identity) await chown(folder, identity.uid, identity.gid);
  await chmod(folder, 0o700);
}

/** The folder will belong to the server, so it must contain nothing else. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const foreign = (await readdir(folder)).find(
    (name) => name !== 'cluster' && name !== 'holder.json' && !DRAFT.test(name),
  );
  if (foreign === undefined) return;
  const message = `${folder} contains other files (${foreign}): choose an empty or new folder for the data`;
  throw new SchedulerError('EMBEDDED_DATABASE', message, { folder });
}

/** A stand-in for a folder that the server's user cannot reach, the same one at every start. */
async function standIn(wanted: string, identity: Exclude<Identity, null>): Promise<string> {
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const folder = path.join('/var/tmp', `punctual-${hash}`);
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const found = await lstat(folder);
  if (!found.isDirectory() || (found.uid !== 0 && found.uid !== identity.uid)) {
    throw new SchedulerError('EMBEDDED_DATABASE', `${folder} belongs to someone else (uid ${found.uid})`, { folder });
  }
  return folder;
}

/**
 * Creates the folder and gives it to the server's user. If that user cannot reach it (for example in root's home), a folder under /var/tmp
 * is used instead, and this is logged.
 */
export async function openDataFolder(wanted: string, identity: Identity, logger: Logger): Promise<DataFolder> {
  let folder = path.resolve(wanted);
  await mkdir(folder, { recursive: true });
  await refuseForeignFolder(folder);
  if (identity) await own(folder, identity);
  if (identity && !canEnter(folder, identity)) {
    folder = await standIn(folder, identity);
    logger.info('embedded postgres: data folder is not accessible to its user', { wanted, used: folder, ...identity });
  }
  await own(folder, identity);
  return { path: folder, cluster: path.join(folder, 'cluster') };
}
