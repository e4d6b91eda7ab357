// What an action works with: the output, the server, the clock and the signal of Ctrl-C. Created for each call.
import { systemClock, type Clock } from '../base/clock.js';
import { createApi, type Api } from './api/api.js';
import { serverSettings } from './api/settings.js';
import { createOutput, type Output } from './output/output.js';

export interface Io {
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly out: Output;
  /** The server's admin API. Throws ADMIN_TOKEN_MISSING without a token. */
  api(): Api;
  /** Prints the value as JSON if requested, otherwise the lines. */
  show(value: unknown, lines: () => readonly string[]): void;
  /** Aborts when the user presses Ctrl-C, which no longer ends the process after this call. */
  interrupted(): AbortSignal;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
}

export function createIo({ json = false, url }: CommonOptions): Io {
  const { env } = process;
  const out = createOutput(process.stdout, process.stderr, env);
  let interrupted: AbortController | null = null;
  return {
    json,
    env,
    clock: systemClock,
    out,
    api: () => createApi(serverSettings(env, url)),
    show: (value, lines) => (json ? out.json(value) : lines().forEach(out.line)),
    interrupted() {
      if (interrupted === null) {
        const controller = (interrupted = new AbortController());
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      }
      return interrupted.signal;
    },
  };
}
