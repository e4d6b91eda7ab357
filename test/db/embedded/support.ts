// Folders and processes for the tests of the launcher.
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startProcess, type ProcessOptions, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';

export const isRoot = process.geteuid?.() === 0;
/** `nobody` on Debian; any uid that is not ours will do. */
export const OTHER = { uid: 65_534, gid: 65_534 };

export interface Scratch {
  folder(name: string, owner?: { uid: number; gid: number }): Promise<string>;
  clear(): Promise<void>;
}

/** Folders that are gone after `clear`; readable by all, as a project's usually are. */
export function createScratch(): Scratch {
  const made: string[] = [];
  const folder: Scratch['folder'] = async (name, owner) => {
    const at = await mkdtemp(path.join(tmpdir(), `punctual-${name}-`));
    made.push(at);
    if (owner) await chown(at, owner.uid, owner.gid);
    return at;
  };
  const clear = async (): Promise<void> => {
    for (const at of made.splice(0)) await rm(at, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, clear };
}

export interface Holder extends RunningProcess {
  readonly server: { connectionString: string; dataDir: string; pid: number; version: string };
}

/** Starts hold.ts and waits until its server is up. */
export async function startHolder(args: readonly string[], options: Partial<ProcessOptions> = {}): Promise<Holder> {
  const running = await startProcess({
    script: 'test/db/embedded/hold.ts',
    args,
    ready: /^.*"message":"ready".*$/,
    ...options,
  });
  return Object.assign(running, { server: JSON.parse(running.ready[0]) as Holder['server'] });
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export const gone = (pid: number): Promise<unknown> =>
  waitFor(() => !isAlive(pid), { what: `process ${pid} has ended` });

/** The only row of a statement, over a connection of its own. */
export async function ask(connectionString: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

export const socketDirOf = (connectionString: string): string =>
  new URL(connectionString).searchParams.get('host') ?? '';

export const filesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => ['(gone)']);
