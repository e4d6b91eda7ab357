// The command line as its users run it: compiled once for a test file, then a process of its own for each call.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from '@swc/core';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A command that puts itself in the place of what follows it, as `faketime` does. */
  readonly prefix?: readonly string[];
}

export interface CommandLine {
  /** Of the compiled package: `cli/punctual.js`, `server.js`, …. */
  script(name: string): string;
  /** An empty folder to work in. */
  readonly folder: string;
  /** Runs `punctual` with these arguments over a bare environment. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  close(): Promise<void>;
}

/** Types are not checked, so that it takes a second: the type check is a step of its own. */
export async function createCommandLine(standard: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
  await mkdir('.punctual', { recursive: true });
  const root = await mkdtemp(path.resolve('.punctual/cli-'));
  const out = path.join(root, 'dist');
  await cp('src', out, { recursive: true });
  await cp('package.json', path.join(root, 'package.json'));
  const files = (await readdir(out, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all(files.map((file) => compile(path.join(out, file))));
  const folder = path.join(root, 'work');
  await mkdir(folder);
  const script = (name: string): string => path.join(out, name);

  return {
    script,
    folder,
    run(args, { env = {}, cwd = folder, prefix = [] } = {}) {
      const { PATH = '' } = process.env;
      const [command, ...rest] = [...prefix, process.execPath, script('cli/punctual.js'), ...args];
      return new Promise((resolve) => {
        const options = { cwd, env: { PATH, HOME: folder, ...standard, ...env }, maxBuffer: 64 * 1_048_576 };
        execFile(command!, rest, options, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
        );
      });
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

async function compile(file: string): Promise<void> {
  const { code } = await transform(await readFile(file, 'utf8'), {
    filename: file,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  await writeFile(file.replace(/\.ts$/, '.js'), code);
  await rm(file);
}
