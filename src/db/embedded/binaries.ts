// Finds the PostgreSQL binaries of this platform and ensures that the server's user can run them.
import { spawnSync } from 'node:child_process';
import { cp, lstat, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SchedulerError } from '../../base/errors.js';
import { canEnter, type Identity } from './identity.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface PlatformPackage {
  readonly root: string;
  readonly name: string;
  readonly version: string;
}

const CARRIER = '@punctual/embedded-postgres/package.json';

/** The installed package for this machine. Throws EMBEDDED_DATABASE when there is none. */
export async function findPlatformPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const carrier = createRequire(import.meta.url).resolve(CARRIER);
    const root = path.resolve(path.dirname(createRequire(carrier).resolve(name)), '..');
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, name, version };
  } catch (cause) {
    const message = `the embedded PostgreSQL needs the package ${name}, which is not installed (production installs omit it, and some platforms have none): set DATABASE_URL`;
    throw new SchedulerError('EMBEDDED_DATABASE', message, { package: name }, { cause });
  }
}

const binariesIn = (root: string): Binaries => ({
  initdb: path.join(root, 'native/bin/initdb'),
  postgres: path.join(root, 'native/bin/postgres'),
});

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Packages cannot contain symbolic links, and install scripts may be disabled, so the links between the libraries are created here. */
async function makeLinks(root: string): Promise<void> {
  const links = JSON.parse(await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (await lstat(at).catch(() => null)) continue;
    await symlink(path.relative(path.dirname(at), path.join(root, source)), at).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

/** Why that user cannot run the binaries; null if it can. */
function whyNotRunnable(root: string, identity: Identity): string | null {
  for (const binary of Object.values(binariesIn(root)) as string[]) {
    const { status, error, stderr } = spawnSync(binary, ['--version'], { cwd: '/', encoding: 'utf8', ...identity });
    if (status !== 0) return error?.message ?? stderr.trim();
  }
  return null;
}

async function ownedByUs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

/** A copy that every user can read, made once per version and kept for the next start. */
async function copyOf({ root, version }: PlatformPackage, identity: Identity): Promise<string> {
  const parent = [tmpdir(), '/tmp'].find((folder) => canEnter(folder, identity)) ?? '/tmp';
  const copy = path.join(parent, `punctual-postgres-${version}-${process.geteuid?.()}`);
  if ((await ownedByUs(copy)) && whyNotRunnable(copy, identity) === null) return copy;
  const draft = await mkdtemp(path.join(parent, 'punctual-postgres-'));
  await cp(path.join(root, 'native'), path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await makeLinks(draft);
  spawnSync('chmod', ['-R', 'go=rX', draft]);
  return (await ownedByUs(copy)) ? replace(draft, copy) : publish(draft, copy);
}

async function publish(draft: string, copy: string): Promise<string> {
  try {
    await rename(draft, copy);
    return copy;
  } catch {
    return draft;
  }
}

async function replace(draft: string, copy: string): Promise<string> {
  await rm(copy, { recursive: true, force: true });
  return publish(draft, copy);
}

/** Binaries that this user can run: in place if possible, otherwise a copy. Throws EMBEDDED_DATABASE. */
export async function prepareBinaries(identity: Identity, installed?: PlatformPackage): Promise<Binaries> {
  const platform = installed ?? (await findPlatformPackage());
  await makeLinks(platform.root).catch(() => undefined);
  if (whyNotRunnable(platform.root, identity) === null) return binariesIn(platform.root);
  const root = await copyOf(platform, identity);
  const reason = whyNotRunnable(root, identity);
  if (reason === null) return binariesIn(root);
  const message = `the embedded PostgreSQL does not run on this machine (glibc 2.27 or newer is needed): ${reason}; set DATABASE_URL`;
  throw new SchedulerError('EMBEDDED_DATABASE', message, { package: platform.name });
}
