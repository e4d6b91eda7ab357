// Initialises a data folder with initdb, once.
import { spawn } from 'node:child_process';
import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SchedulerError } from '../../base/errors.js';
import { DRAFT, own, type DataFolder } from './data-folder.js';
import type { Identity } from './identity.js';
import { GIVEN_UP } from './server-process.js';

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
      const message = signal?.aborted ? GIVEN_UP : why(code, said.trim());
      reject(new SchedulerError('EMBEDDED_DATABASE', message, { folder: target }, { cause: failure }));
    });
  });
}

const NO_SUCH_USER = /could not look up effective user ID (\d+)/;

/** The message of initdb, with advice on missing requirements. */
function why(code: number | null, said: string): string {
  const uid = NO_SUCH_USER.exec(said)?.[1];
  return uid === undefined
    ? `initdb failed (${code ?? 'killed'}): ${said}`
    : `PostgreSQL runs only as a user with a name, but the user id ${uid} has none on this machine (for example in a container with a numeric user): add it to /etc/passwd, start as another user, or set DATABASE_URL`;
}

const exists = async (file: string): Promise<boolean> => (await lstat(file).catch(() => null)) !== null;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what a start that was killed during initdb has left behind. */
async function removeAbandonedDrafts(folder: DataFolder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    const maker = DRAFT.exec(name)?.[1];
    if (!maker || isAlive(Number(maker))) continue;
    // Its initdb may still be writing; then the next start removes it.
    await rm(path.join(folder.path, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Creates the cluster on first use. It appears completely or not at all: it is created next to its final location and moved. */
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
