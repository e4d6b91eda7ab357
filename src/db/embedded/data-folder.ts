// The folder that holds a cluster: where it lies, whose it is, and the initdb that fills it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { canEnter, type Identity } from './identity.js';

export interface DataFolder {
  /** What we keep beside the cluster lies here. */
  readonly path: string;
  readonly cluster: string;
}

/** Where initdb works: `initdb-<pid of its maker>-<random>`. */
const DRAFT = /^initdb-(\d+)-/;

async function own(folder: string, identity: Identity): Promise<void> {
  if (identity) await chown(folder, identity.uid, identity.gid);
  await chmod(folder, 0o700);
}

/** The folder becomes the server's own, so it must hold nothing else. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const foreign = (await readdir(folder)).find(
    (name) => name !== 'cluster' && name !== 'holder.json' && !DRAFT.test(name),
  );
  if (foreign === undefined) return;
  const message = `${folder} holds something that is not ours (${foreign}): choose an empty or new folder for the data`;
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
 * Makes the folder and gives it to the server's user. Where that user cannot reach it (root's home, for example), a
 * folder under /var/tmp stands in, and the log says so.
 */
export async function openDataFolder(wanted: string, identity: Identity, logger: Logger): Promise<DataFolder> {
  let folder = path.resolve(wanted);
  await mkdir(folder, { recursive: true });
  await refuseForeignFolder(folder);
  if (identity) await own(folder, identity);
  if (identity && !canEnter(folder, identity)) {
    folder = await standIn(folder, identity);
    logger.info('embedded postgres: data folder out of reach for its user', { wanted, used: folder, ...identity });
  }
  await own(folder, identity);
  return { path: folder, cluster: path.join(folder, 'cluster') };
}

interface InitOptions {
  readonly initdb: string;
  readonly folder: DataFolder;
  readonly identity: Identity;
  readonly sync: boolean;
  readonly signal: AbortSignal | undefined;
}

const LOCALE = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

function runInitdb({ initdb, identity, sync, signal }: InitOptions, target: string): Promise<void> {
  const args = ['-D', target, '-U', 'postgres', '-A', 'trust', '--no-instructions', ...LOCALE];
  if (!sync) args.push('--no-sync');
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    const child = spawn(initdb, args, {
      cwd: '/',
      env,
      detached: true,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identity,
    });
    let said = '';
    const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-4_000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    child.on('close', (code) => {
      if (code === 0 && !signal?.aborted) return resolve();
      const message = signal?.aborted ? 'starting was given up' : `initdb failed (${code ?? 'killed'}): ${said.trim()}`;
      reject(new SchedulerError('EMBEDDED_DATABASE', message, { folder: target }, { cause: failure }));
    });
  });
}

const exists = async (file: string): Promise<boolean> => (await lstat(file).catch(() => null)) !== null;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what a start that was killed in the middle of initdb has left behind. */
async function removeAbandonedDrafts(folder: DataFolder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    const maker = DRAFT.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) await rm(path.join(folder.path, name), { recursive: true, force: true });
  }
}

/** Fills the folder on its first use. A cluster appears whole or not at all: it is made beside its place and moved. */
export async function ensureCluster(options: InitOptions): Promise<void> {
  const { folder, identity } = options;
  await removeAbandonedDrafts(folder);
  if (await exists(path.join(folder.cluster, 'PG_VERSION'))) return;
  const draft = await mkdtemp(path.join(folder.path, `initdb-${process.pid}-`));
  try {
    await own(draft, identity);
    await runInitdb(options, draft);
    await rename(draft, folder.cluster).catch(async (error: unknown) => {
      if (!(await exists(path.join(folder.cluster, 'PG_VERSION')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
