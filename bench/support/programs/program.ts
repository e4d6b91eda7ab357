// Runs each contestant in its own process, under the Node.js version that it needs, so that contestants do not affect each other's heap.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './build.js';

const PEER_NODE = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** True if the peers are installed (`npm ci` in `bench`). */
export const peersInstalled = (): boolean => existsSync(PEER_NODE);

export interface ProgramOptions {
  /** Runs under the Node.js version of bench/package.json. */
  readonly peer?: boolean;
  /** Additional flags for Node.js, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  readonly timeoutMs?: number;
  /** Arguments after the input. */
  readonly args?: readonly string[];
}

/** Runs a compiled file of this folder with `input` as its argument. The last line that it prints is its result, as JSON. */
export function runProgram<T>(file: string, input: unknown, options: ProgramOptions = {}): Promise<T> {
  const { peer = false, nodeFlags = [], timeoutMs = 600_000, args: more = [] } = options;
  const command = peer ? PEER_NODE : process.execPath;
  const extra = peer ? [] : (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  return new Promise((resolve, reject) => {
    const args = [...extra, ...nodeFlags, compiled(file), JSON.stringify(input), ...more];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: timeoutMs });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      try {
        resolve(JSON.parse(last) as T);
      } catch {
        reject(new Error(`${file} exited with ${code}; its last output: ${output.slice(-500)}`));
      }
    });
  });
}
