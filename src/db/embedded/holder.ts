// Records which process uses a data folder, so that a second start can name the first.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SchedulerError } from '../../base/errors.js';
import type { DataFolder } from './data-folder.js';

interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly server_pid: number;
}

const fileOf = (folder: DataFolder): string => path.join(folder.path, 'holder.json');

export async function noteHolder(folder: DataFolder, serverPid: number): Promise<void> {
  const command = process.argv.slice(1, 4).join(' ');
  const holder: Holder = { pid: process.pid, command, server_pid: serverPid };
  await writeFile(fileOf(folder), JSON.stringify(holder));
}

export const forgetHolder = (folder: DataFolder): Promise<void> => rm(fileOf(folder), { force: true });

async function readHolder(folder: DataFolder): Promise<Holder | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => null);
  try {
    return text === null ? null : (JSON.parse(text) as Holder);
  } catch {
    return null;
  }
}

/** PostgreSQL itself checks whether a folder is in use; this turns its refusal into a message that says by which process. */
export async function explainRefusal(folder: DataFolder, error: unknown): Promise<unknown> {
  if (!(error instanceof SchedulerError) || !/lock file "postmaster\.pid" already exists/.test(error.message))
    return error;
  const server = /\(PID (\d+)\)/.exec(error.message)?.[1] ?? 'unknown';
  const holder = await readHolder(folder);
  const by =
    holder && String(holder.server_pid) === server ? `, started by process ${holder.pid} (${holder.command})` : '';
  const message = `the data folder ${folder.path} is in use by a PostgreSQL server (process ${server}${by}): stop that one first, or choose another folder`;
  return new SchedulerError(
    'EMBEDDED_DATABASE',
    message,
    { folder: folder.path, server_pid: server, holder },
    { cause: error },
  );
}
